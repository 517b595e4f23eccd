package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models with the best settings for this machine. A benchmark finds them when a model of its
 * kind is first loaded on a machine, and a cache keeps them. While requests are in flight no
 * benchmark runs: they would distort its results, and it would slow them down.
 */
public final class TunedLoader implements ModelLoader {

  private static final Logger log = LoggerFactory.getLogger(TunedLoader.class);

  private final TunableLoader loader;
  private final TuningCache cache;
  private final Tuner tuner;
  private final FixedSettings server;
  private final BooleanSupplier isQuiet;
  private final TuningRun run;

  /**
   * @param tuner benchmarks on this machine
   * @param server settings of the server, which are not benchmarked
   * @param isQuiet whether no request is in flight
   * @param run stores its result in the same cache
   */
  public TunedLoader(
      TunableLoader loader,
      TuningCache cache,
      Tuner tuner,
      FixedSettings server,
      BooleanSupplier isQuiet,
      TuningRun run) {
    this.loader = loader;
    this.cache = cache;
    this.tuner = tuner;
    this.server = server;
    this.isQuiet = isQuiet;
    this.run = run;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    FixedSettings fixed = server.under(source.manifest());
    Tuning untuned = fixed.over(tuner.untuned());
    if (fixed.isComplete()) {
      return tuned(source, untuned);
    }
    String key = key(source, fixed);
    Optional<Tuning> known = cache.find(key);
    if (known.isPresent()) {
      return tuned(source, known.get());
    }
    return isQuiet.getAsBoolean() ? measured(source, fixed, untuned, key) : tuned(source, untuned);
  }

  private LoadedModel tuned(ModelSource source, Tuning tuning) throws ModelLoadException {
    LoadedModel model = loader.load(source, tuning.threads());
    if (!model.isTunable()) {
      return model;
    }
    log.info("{} runs with {}", source.id(), describe(tuning));
    return new TunedModel(model, tuning);
  }

  /** The model is unloaded first, so that the benchmark has its memory. */
  private LoadedModel measured(ModelSource source, FixedSettings fixed, Tuning untuned, String key)
      throws ModelLoadException {
    LoadedModel model = loader.load(source, untuned.threads());
    if (!model.isTunable()) {
      return model;
    }
    model.close();
    log.info("{} is new on this machine: running a benchmark", source.id());
    boolean isFinal = run.measure(source, fixed, key);
    if (isFinal && cache.find(key).isEmpty()) { // Otherwise every start would try again.
      cache.keep(key, untuned, "could not be measured");
    }
    cache.report(key).ifPresent(report -> log.info("{} benchmark: {}", source.id(), report));
    return tuned(source, cache.find(key).orElse(untuned));
  }

  private static String describe(Tuning tuning) {
    EngineThreads threads = tuning.threads();
    return "%d worker%s, batches up to %d, %s"
        .formatted(
            tuning.workers(),
            tuning.workers() == 1 ? "" : "s",
            tuning.maxBatchSize(),
            threads.equals(EngineThreads.ENGINE_CHOICE)
                ? "the engine's default threads"
                : "%d intra-op and %d inter-op threads"
                    .formatted(threads.intraOp(), threads.interOp()));
  }

  /**
   * Models of the same size and precision perform the same, whatever their weights, so a new
   * version of a model needs no new benchmark.
   */
  private String key(ModelSource source, FixedSettings fixed) {
    return String.join(
        "; ",
        tuner.machine(),
        source.files().format() + " of " + size(source.folder()) + " KB",
        "precision " + source.manifest().precision(),
        "on " + source.manifest().devices().orElse("*"),
        fixed.toString());
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).mapToLong(TunedLoader::length).sum() >> 10;
    } catch (IOException | UncheckedIOException e) {
      return 0; // Loading it will fail as well, and report the cause.
    }
  }

  private static long length(Path file) {
    return file.toFile().length();
  }

  /** A model with its best settings. */
  private record TunedModel(LoadedModel model, Tuning best) implements LoadedModel {

    @Override
    public ModelDescription description() {
      return model.description();
    }

    @Override
    public PreparedInput prepare(byte[] body) throws InvalidInputException {
      return model.prepare(body);
    }

    @Override
    public PreparedInput prepare(ModelInput.Tensors tensors) throws InvalidInputException {
      return model.prepare(tensors);
    }

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
      return model.run(samples);
    }

    @Override
    public void warmUp(int batchSize) throws InvalidInputException {
      model.warmUp(batchSize);
    }

    @Override
    public int maxBatchSize() {
      return model.maxBatchSize();
    }

    @Override
    public boolean isTunable() {
      return model.isTunable();
    }

    @Override
    public Optional<Tuning> tuning() {
      return Optional.of(best);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
