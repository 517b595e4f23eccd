package io.lynxeye.bench;

import com.code_intelligence.jazzer.Jazzer;
import io.lynxeye.bench.fuzz.BodyFuzz;
import io.lynxeye.bench.fuzz.PictureFuzz;
import io.lynxeye.bench.fuzz.ScaledPictureFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code lynxeye bench fuzz-inputs}: is there a body that does harm? Ends the process. */
@Command(
    name = "fuzz-inputs",
    description = {
      "Has Jazzer look for bodies that a decoder or a parser fails on, guided by the code they",
      "reach: anything but a result or a refusal, more than 10 seconds, or no memory left.",
      "What follows is Jazzer's and libFuzzer's, as in: fuzz-inputs pictures -seed=7.",
      "Exit code 77 when it found one; the file is named."
    },
    mixinStandardHelpOptions = true)
final class FuzzInputsCommand implements Callable<Integer> {

  /** What is fed. */
  enum Target {
    /** The decoders written in Java. */
    PICTURES(PictureFuzz.class, "pictures"),
    /** libjpeg-turbo, and those after it. */
    SCALED(ScaledPictureFuzz.class, "pictures"),
    /** The parsers of JSON, tensors and forms. */
    BODIES(BodyFuzz.class, "bodies");

    private final Class<?> type;
    private final String corpus;

    Target(Class<?> type, String corpus) {
      this.type = type;
      this.corpus = corpus;
    }
  }

  private static final String INSTRUMENTED =
      "io.lynxeye.translators.**:io.lynxeye.http.**:io.lynxeye.tensors.**:com.twelvemonkeys.**"
          + ":com.fasterxml.jackson.core.**:io.netty.handler.codec.http.multipart.**";

  @Parameters(index = "0", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Target target;

  @Option(
      names = "--minutes",
      description = "How long. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double minutes;

  @Unmatched private List<String> more = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path found = StoreOptions.home().resolve("bench/target/fuzz").resolve(target.corpus);
    Files.createDirectories(found);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=" + INSTRUMENTED,
                "--custom_hook_includes=" + INSTRUMENTED,
                "--reproducer_path=" + found.getParent(),
                "-artifact_prefix=" + found.getParent().resolve(target.corpus) + "-",
                "-max_total_time=" + Math.round(minutes * 60),
                "-timeout=10",
                "-rss_limit_mb=0", // The heap's own limit is what counts.
                "-max_len=20000"));
    arguments.addAll(more);
    arguments.add(found.toString());
    arguments.add(seeds().toString());
    Jazzer.main(arguments.toArray(String[]::new));
    return 0;
  }

  private Path seeds() {
    return StoreOptions.home().resolve("bench/src/test/resources/corpus").resolve(target.corpus);
  }
}
