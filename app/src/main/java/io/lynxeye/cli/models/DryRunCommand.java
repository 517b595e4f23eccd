package io.lynxeye.cli.models;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.cli.options.StoreReport;
import io.lynxeye.cli.options.VersionConverter;
import io.lynxeye.cli.score.ImageFiles;
import io.lynxeye.cli.score.LocalScoring;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.rollout.DryRun;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.store.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye rollout dry-run}: a trial on files, without a server. */
@Command(
    name = "dry-run",
    description = {
      "Scores images with two versions of the store, without a server, and prints the verdict.",
      "The limits are the model's rollout settings. Nothing is written or decided."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:PASS",
      "1:FAIL, or the versions could not be compared",
      "2:The command line is not valid",
      "3:UNDECIDED: too few images"
    },
    mixinStandardHelpOptions = true)
final class DryRunCommand implements Callable<Integer> {

  static final int UNDECIDED = 3;

  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final BatchPolicy ONE_BY_ONE = new BatchPolicy(1, Duration.ZERO, 1, 1);
  private static final int NAMED = 5;
  private static final RolloutRule DEFAULT_RULE =
      ModelSettings.of(Map.of("rollout", "shadow")).rollout().orElseThrow();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model.")
  private String model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FOLDER",
      description = "Folders of images, or images.")
  private List<String> folders;

  @Option(
      names = "--serving",
      paramLabel = "N",
      description = "The version to compare with. Default: the newest other than --candidate.",
      converter = VersionConverter.class)
  private Optional<VersionNumber> serving;

  @Option(
      names = "--candidate",
      paramLabel = "N",
      description = "The version to try. Default: the newest other than --serving.",
      converter = VersionConverter.class)
  private Optional<VersionNumber> candidate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of the random order of the images. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private long seed;

  @Option(
      names = "--json",
      fallbackValue = "true",
      description = "Prints a JSON object, for scripts.")
  private boolean json;

  @Mixin private StoreOptions store;
  @Mixin private EngineOptions engine;

  /** Two versions of a model and the rule to compare them by. */
  record Pair(String model, ModelSource serving, ModelSource candidate, RolloutRule rule) {

    /**
     * The versions that are asked for, else the newest that are there.
     *
     * @throws Failure if there are no such two
     */
    static Pair of(
        StoredModel model, Optional<VersionNumber> serving, Optional<VersionNumber> candidate)
        throws Failure {
      if (serving.isPresent() && serving.equals(candidate)) {
        throw Failure.misuse(
            "--serving and --candidate are both " + serving.get() + ": name two versions");
      }
      ModelSource tried = choose(model, candidate, serving);
      ModelSource against = choose(model, serving, Optional.of(tried.id().version()));
      if (model.settings().rollout().isEmpty()) {
        System.err.println(
            model.name() + " sets neither rollout=shadow nor canary: the default limits are used");
      }
      return new Pair(
          model.name(), against, tried, model.settings().rollout().orElse(DEFAULT_RULE));
    }

    private static ModelSource choose(
        StoredModel model, Optional<VersionNumber> asked, Optional<VersionNumber> not)
        throws Failure {
      return model.sources().stream()
          .filter(source -> asked.isEmpty() || asked.get().equals(source.id().version()))
          .filter(source -> not.isEmpty() || !not.get().equals(source.id().version()))
          .max(Comparator.comparing(source -> source.id().version()))
          .orElseThrow(() -> new Failure(missing(model, asked)));
    }

    private static String missing(StoredModel model, Optional<VersionNumber> asked) {
      String there =
          model.sources().stream()
              .map(source -> source.id().version())
              .sorted()
              .map(VersionNumber::toString)
              .collect(Collectors.joining(", "));
      return asked.isPresent()
          ? "%s has no version %s; it has: %s".formatted(model.name(), asked.get(), there)
          : "two versions are needed, and %s has: %s; add the version to try with a higher number"
              .formatted(model.name(), there);
    }
  }

  /** The facts of a run, and its exit code. */
  record Result(JsonObject facts, int exitCode) {}

  @Override
  public Integer call() throws Exception {
    engine.check();
    Pair pair = Pair.of(find(), serving, candidate);
    List<String> images = new ArrayList<>(ImageFiles.expand(folders));
    Collections.shuffle(images, new Random(seed));
    ConsoleProgress progress = ConsoleProgress.standard();
    Result result = compare(engine.start(store.cache(), progress), pair, images, progress);
    System.out.print(json ? RolloutText.json(result.facts) : RolloutText.of(result.facts));
    return result.exitCode;
  }

  private StoredModel find() throws Failure {
    ModelStore.Contents contents = store.read();
    new StoreReport().accept(contents);
    return contents.models().stream()
        .filter(stored -> stored.name().equals(model))
        .findFirst()
        .orElseThrow(
            () -> new Failure("no model '%s' in %s; see --store".formatted(model, store.store())));
  }

  /**
   * Compares on all images, and names the first that cannot be read on standard error.
   *
   * @throws Failure if a version cannot be loaded, or no image can be read
   */
  static Result compare(ModelLoader loader, Pair pair, List<String> images, Progress progress)
      throws Failure {
    List<ModelSource> both = List.of(pair.serving, pair.candidate);
    StoredModel versions = new StoredModel(pair.model, ModelSettings.DEFAULT, both);
    List<String> unreadable = new ArrayList<>();
    try (LocalScoring local = LocalScoring.startAll(loader, versions, ONE_BY_ONE, TIMEOUT)) {
      DryRun run =
          new DryRun(
              local.version(pair.serving.id().version()),
              local.version(pair.candidate.id().version()),
              pair.rule);
      String what = "comparing %s with %s".formatted(pair.candidate.id(), pair.serving.id());
      try (Progress.Step step = progress.begin(what, images.size())) {
        for (String image : images) {
          try {
            run.add(ImageFiles.read(image));
          } catch (IOException | InvalidInputException | RuntimeException e) {
            unreadable.add(image + ": " + ImageFiles.reason(e));
          }
          step.advance(1);
        }
      }
      name(unreadable);
      if (run.images() == 0) {
        throw new Failure(pair.serving.id() + " can score none of " + images.size() + " files");
      }
      JsonObject facts = new Gson().toJsonTree(run.facts(unreadable.size())).getAsJsonObject();
      return new Result(facts, exitCode(run.decision()));
    }
  }

  private static void name(List<String> unreadable) {
    unreadable.stream().limit(NAMED).forEach(System.err::println);
    if (unreadable.size() > NAMED) {
      System.err.println("and " + (unreadable.size() - NAMED) + " more files");
    }
  }

  private static int exitCode(Decision decision) {
    return switch (decision) {
      case PASS -> ExitCode.OK;
      case FAIL -> ExitCode.SOFTWARE;
      case UNDECIDED -> UNDECIDED;
    };
  }
}
