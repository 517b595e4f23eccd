package io.lynxeye.cli.score;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye score}: scores files without a server, through the same code as a request. */
@Command(
    name = "score",
    description = "Scores images without a server.",
    mixinStandardHelpOptions = true)
public final class ScoreCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int MAX_BATCH = 8;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Images, folders of images, or - for standard input.")
  private List<String> files;

  @Option(
      names = "--model",
      description = "The model. Default: ${DEFAULT-VALUE}.",
      defaultValue = StoreOptions.DEFAULT_MODEL)
  private String model;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Number of predictions for each image.")
  private Integer topK;

  @Option(
      names = "--output",
      paramLabel = "table|json|probabilities",
      description =
          "table: for people; json: one object per line; probabilities: one array per line. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "table")
  private ScoreOutput output;

  @Mixin private StoreOptions store;
  @Mixin private EngineOptions engine;

  @Override
  public Integer call() throws Exception {
    if (topK != null && topK < 1) {
      throw new Failure("--top-k " + topK + " is not a positive integer");
    }
    engine.check();
    List<String> images = ImageFiles.expand(files);
    List<StoredModel> found = store.find(model);
    ModelLoader loader = engine.start(store.cache(), ConsoleProgress.standard());
    int batch = Math.min(MAX_BATCH, images.size()); // Saves the warm-up of sizes that never run.
    BatchPolicy batches = new BatchPolicy(batch, Duration.ZERO, FileScoring.IN_FLIGHT + 1, 1);
    try (LocalScoring local = LocalScoring.start(loader, found, model, batches, TIMEOUT)) {
      Printer printer = new Printer(output);
      OptionalInt k = topK == null ? OptionalInt.empty() : OptionalInt.of(topK);
      new FileScoring(local.service(), model, k).score(images, printer);
      return printer.allGood ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /** Prints the results in the order of the arguments. */
  private static final class Printer implements FileScoring.Receiver {

    private final ScoreOutput output;
    private boolean allGood = true;

    Printer(ScoreOutput output) {
      this.output = output;
    }

    @Override
    public void scored(String file, ScoreResult result) {
      System.out.println(output.text(file, result));
    }

    @Override
    public void failed(String file, String reason) {
      System.err.println(file + ": " + reason);
      allGood = false;
    }

    /** Not if the reader of the output has ended, as head does. */
    @Override
    public boolean wantsMore() {
      boolean isRead = !System.out.checkError();
      allGood &= isRead;
      return isRead;
    }
  }
}
