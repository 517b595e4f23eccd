package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.Tuning;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
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
  private final Wishes server;
  private final BooleanSupplier isQuiet;
  private final Measuring measuring;

  /**
   * @param tuner knows the machine at hand
   * @param server what the server was told, so that it need not be found out
   * @param isQuiet whether no request is on its way
   * @param measuring keeps what it finds in the same cache
   */
  public TunedLoader(
      TunableLoader loader,
      TuningCache cache,
      Tuner tuner,
      Wishes server,
      BooleanSupplier isQuiet,
      Measuring measuring) {
    this.loader = loader;
    this.cache = cache;
    this.tuner = tuner;
    this.server = server;
    this.isQuiet = isQuiet;
    this.measuring = measuring;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    Wishes wishes = server.under(source.manifest());
    if (wishes.isComplete()) {
      return tuned(source, wishes.over(tuner.untuned()));
    }
    String question = question(source, wishes);
    Optional<Tuning> known = cache.find(question).or(this::stopgap);
    if (known.isPresent()) {
      return tuned(source, wishes.over(known.get()));
    }
    return measured(source, wishes, question);
  }

  /** What to do with while it is no time for measuring. */
  private Optional<Tuning> stopgap() {
    return isQuiet.getAsBoolean() ? Optional.empty() : Optional.of(tuner.untuned());
  }

  private LoadedModel tuned(ModelSource source, Tuning tuning) throws ModelLoadException {
    LoadedModel model = loader.load(source, tuning.threads());
    return model.isTunable() ? tuned(source, model, tuning) : model;
  }

  private static LoadedModel tuned(ModelSource source, LoadedModel model, Tuning tuning) {
    log.info("{} runs with {}", source.id(), describe(tuning));
    return new TunedModel(model, tuning);
  }

  private LoadedModel measured(ModelSource source, Wishes wishes, String question)
      throws ModelLoadException {
    EngineThreads first = wishes.threads().orElse(EngineThreads.ENGINE_CHOICE);
    LoadedModel model = loader.load(source, first);
    try {
      if (!model.isTunable()) {
        return model;
      }
      log.info("{} is new on this machine: measuring how it runs best", source.id());
      measuring.measure(source, wishes, question);
    } catch (ModelLoadException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
    cache.report(question).ifPresent(report -> log.info("{} measured: {}", source.id(), report));
    Tuning best = cache.find(question).orElseGet(() -> wishes.over(tuner.untuned()));
    if (best.threads().equals(first)) {
      return tuned(source, model, best);
    }
    model.close();
    return tuned(source, best);
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
  private String question(ModelSource source, Wishes wishes) {
    return String.join(
        "; ",
        tuner.machine(),
        source.files().format() + " of " + size(source.folder()) + " KB",
        "precision " + source.manifest().precision(),
        "on " + source.manifest().devices().orElse("*"),
        wishes.toString());
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(TunedLoader::length).sum() >> 10;
    } catch (IOException e) {
      return 0; // It will not load either, and say why.
    }
  }

  private static long length(Path file) {
    return file.toFile().length();
  }
}
