package io.lynxeye.cli.score;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.cli.options.VersionConverter;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.rollout.Rollouts;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.record.Records;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.record.VersionDigests;
import io.lynxeye.serving.rollout.verdict.TopClass;
import io.lynxeye.serving.rollout.watch.BaselineFiles;
import io.lynxeye.serving.rollout.watch.Drifts;
import io.lynxeye.serving.rollout.watch.StoredBaseline;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye baseline}: makes the baseline for drift from a folder of images. */
@Command(
    name = "baseline",
    description =
        "Makes the baseline for drift from a folder of images, without a server. A running server"
            + " whose model has drift=on uses it within seconds.",
    mixinStandardHelpOptions = true)
public final class BaselineCommand implements Callable<Integer> {

  /** The same folder makes the same baseline. */
  private static final long SEED = 1;

  private static final int MAX_BATCH = 8;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model.")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      description = "Images such as the model gets in ordinary operation; subfolders too.")
  private Path folder;

  @Option(
      names = "--model-version",
      paramLabel = "NUMBER",
      description =
          "The version. Default: the one that serves, which the state folder names if the model has"
              + " a rollout.",
      converter = VersionConverter.class)
  private Optional<VersionNumber> version = Optional.empty();

  @Option(
      names = "--state-dir",
      paramLabel = "FOLDER",
      description = "The server's --state-dir. Default: .rollouts in the store.")
  private Optional<Path> stateDir = Optional.empty();

  @Mixin private StoreOptions store;
  @Mixin private EngineOptions engine;

  @Override
  public Integer call() throws Exception {
    engine.check();
    if (!Files.isDirectory(folder)) {
      throw new Failure(folder + " is not a folder");
    }
    List<String> images = new ArrayList<>(ImageFiles.expand(List.of(folder.toString())));
    requireEnough(images.size(), 0);
    Collections.shuffle(images, new Random(SEED)); // Folders are sorted by class.
    StoredModel stored =
        store.find(model).stream().filter(one -> one.name().equals(model)).findFirst().get();
    Path state = stateDir.orElseGet(() -> Rollouts.folderIn(store.store()));
    StoredModel found = chosen(stored, version.map(VersionNumber::value), state);
    ModelLoader loader = engine.start(store.cache(), ConsoleProgress.standard());
    make(loader, found, images, new BaselineFiles(state));
    return ExitCode.OK;
  }

  /** Scores the images in this order, and writes the baseline. */
  static void make(ModelLoader loader, StoredModel found, List<String> images, BaselineFiles files)
      throws Exception {
    String model = found.name();
    BatchPolicy batches = new BatchPolicy(MAX_BATCH, Duration.ZERO, FileScoring.IN_FLIGHT + 1, 1);
    Answers answers = new Answers(images.size());
    try (LocalScoring local = LocalScoring.start(loader, List.of(found), model, batches, TIMEOUT)) {
      new FileScoring(local.service(), model, OptionalInt.of(1)).score(images, answers);
    } finally {
      answers.progress.close();
    }
    write(found, answers, files);
  }

  /**
   * The model with the version that is asked for, or else with the one that serves.
   *
   * @param state the folder of the server's rollouts
   * @throws Failure if that version is not in the store, or it cannot be read which one serves
   */
  static StoredModel chosen(StoredModel stored, Optional<Long> version, Path state) throws Failure {
    Optional<Long> number = version.isPresent() ? version : serving(stored, state);
    if (number.isEmpty()) {
      return stored;
    }
    List<ModelSource> sources =
        stored.sources().stream()
            .filter(source -> source.id().version().value() == number.get())
            .toList();
    if (sources.isEmpty()) {
      throw new Failure(
          "no version %d of '%s' in the store%s"
              .formatted(
                  number.get(),
                  stored.name(),
                  version.isPresent()
                      ? ""
                      : ", although it serves by %s; name another with --model-version"
                          .formatted(state)));
    }
    return new StoredModel(stored.name(), ModelSettings.DEFAULT, sources);
  }

  /** The version that serves as the server has recorded it; empty if it has not. */
  private static Optional<Long> serving(StoredModel stored, Path state) throws Failure {
    if (stored.settings().rollout().isEmpty()) {
      return Optional.empty(); // A record is of earlier settings, and the server drops it.
    }
    try {
      return Records.peek(state, stored.name())
          .flatMap(record -> record.serving())
          .map(RolloutRecord.Version::number);
    } catch (IOException e) {
      throw new Failure(
          "the version that serves is not known: %s; name it with --model-version"
              .formatted(e.getMessage()));
    }
  }

  private static void requireEnough(int images, int failed) throws Failure {
    if (images < ScoreBaseline.MIN_IMAGES) {
      throw new Failure(
          "a baseline needs at least %,d images, better %,d, but there are %,d%s"
              .formatted(
                  ScoreBaseline.MIN_IMAGES,
                  ScoreBaseline.IMAGES,
                  images,
                  failed == 0 ? "" : " without the %,d that failed".formatted(failed)));
    }
  }

  private static void write(StoredModel found, Answers answers, BaselineFiles files)
      throws Exception {
    if (answers.other.isPresent()) {
      throw new Failure(
          "the outputs of %s are not one score per class: drift is not applicable to it"
              .formatted(answers.other.get()));
    }
    requireEnough(answers.all.size(), answers.failed);
    ModelId id = answers.id.orElseThrow();
    ModelSource source =
        found.sources().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    files.write(
        id,
        new StoredBaseline(
            VersionDigests.digest(source),
            StoredBaseline.FOLDER,
            answers.all.size(),
            InstantSource.system().instant(),
            ScoreBaseline.of(answers.all)));
    if (answers.failed > 0) {
      System.err.printf("%,d files failed and are not in the baseline%n", answers.failed);
    }
    System.out.printf("%s: baseline of %,d images in %s%n", id, answers.all.size(), files.file(id));
  }

  /** The answers so far. */
  private static final class Answers implements FileScoring.Receiver {

    private final List<TopClass> all = new ArrayList<>();
    private final Progress.Step progress;
    private int failed;

    /** The version that answers. */
    private Optional<ModelId> id = Optional.empty();

    /** The version, if its outputs are something else. */
    private Optional<ModelId> other = Optional.empty();

    Answers(int images) {
      progress = ConsoleProgress.standard().begin("scoring %,d images".formatted(images), images);
    }

    @Override
    public void scored(String file, ScoreResult result) {
      progress.advance(1);
      id = Optional.of(result.model().id());
      Drifts.answer(result).ifPresentOrElse(all::add, () -> other = id);
    }

    @Override
    public void failed(String file, String reason) {
      progress.advance(1);
      failed++;
      System.err.println(file + ": " + reason);
    }

    @Override
    public boolean wantsMore() {
      return other.isEmpty();
    }
  }
}
