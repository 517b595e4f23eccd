package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.Tuning;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models so that they run as well as they can here. How that is, is measured when a model of
 * its kind is loaded for the first time on a machine, and kept. While requests are on their way
 * nothing is measured: they would falsify it, and it would slow them down.
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
   * @param tuner knows the machine at hand
   * @param server what the server was told, so that it need not be found out
   * @param isQuiet whether no request is on its way
   * @param run keeps what it finds in the same cache
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

  /** The model is out of memory meanwhile: who measures it needs some of its own. */
  private LoadedModel measured(ModelSource source, FixedSettings fixed, Tuning untuned, String key)
      throws ModelLoadException {
    LoadedModel model = loader.load(source, untuned.threads());
    if (!model.isTunable()) {
      return model;
    }
    model.close();
    log.info("{} is new on this machine: measuring how it runs best", source.id());
    boolean isFinal = run.measure(source, fixed, key);
    if (isFinal && cache.find(key).isEmpty()) { // Trying again would cost each start the same time.
      cache.keep(key, untuned, "could not be measured");
    }
    cache.report(key).ifPresent(report -> log.info("{} measured: {}", source.id(), report));
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
                ? "the engine's own threads"
                : "threads %d in and %d between operations"
                    .formatted(threads.intraOp(), threads.interOp()));
  }

  /**
   * Models of one size and precision run alike, whatever their weights: a new version of a model
   * need not be measured again.
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
      return 0; // It will not load either, and say why.
    }
  }

  private static long length(Path file) {
    return file.toFile().length();
  }
}
