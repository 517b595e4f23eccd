package io.lynxeye.cli.score;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.ScoringService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

  private static final int IN_FLIGHT = 32;
  private static final long MAX_HELD_BYTES = 64L << 20;
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

  /** An image that is being scored. */
  private record Pending(String file, int bytes, CompletableFuture<ScoreResult> result) {}

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
    BatchPolicy batches = new BatchPolicy(batch, Duration.ZERO, IN_FLIGHT + 1, 1);
    try (LocalScoring local = LocalScoring.start(loader, found, model, batches, TIMEOUT)) {
      return score(local.service(), images) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /**
   * Keeps a window of images in flight, bounded by number and bytes, so that they form batches;
   * prints the results in the order of the arguments.
   */
  private boolean score(ScoringService scoring, List<String> images) {
    boolean allGood = true;
    long held = 0;
    ArrayDeque<Pending> window = new ArrayDeque<>();
    for (String image : images) {
      Pending next = submit(scoring, image);
      window.addLast(next);
      held += next.bytes;
      while (window.size() > IN_FLIGHT || (held > MAX_HELD_BYTES && window.size() > 1)) {
        Pending first = window.removeFirst();
        held -= first.bytes;
        allGood &= print(first);
        if (System.out.checkError()) {
          return false; // The reader of the output has ended, as head does.
        }
      }
    }
    for (Pending pending : window) {
      allGood &= print(pending);
    }
    return allGood;
  }

  private Pending submit(ScoringService scoring, String image) {
    try {
      byte[] body = ImageFiles.read(image);
      OptionalInt k = topK == null ? OptionalInt.empty() : OptionalInt.of(topK);
      ScoreRequest request = new ScoreRequest(Optional.of(model), VersionChoice.newest(), body, k);
      return new Pending(image, body.length, scoring.score(request));
    } catch (IOException | InvalidInputException e) {
      return new Pending(image, 0, CompletableFuture.failedFuture(e));
    }
  }

  private boolean print(Pending pending) {
    try {
      System.out.println(output.text(pending.file, pending.result.join()));
      return true;
    } catch (CompletionException e) {
      System.err.println(pending.file + ": " + ImageFiles.reason(e.getCause()));
      return false;
    }
  }
}
