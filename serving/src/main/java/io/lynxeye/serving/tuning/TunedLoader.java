package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.ModelSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models with the settings of a rule, and in the fastest precision that keeps them accurate.
 * A measurement finds it when a model of its kind is first loaded on a machine, and a cache keeps
 * it. While requests are in flight nothing is measured: they would distort the results, and it
 * would slow them down. A new version then runs in the precision that is the fastest for the other
 * versions of its model, if it is accurate in that: in a slower one, a rollout would compare
 * precisions instead of versions.
 */
public final class TunedLoader implements ModelLoader {

  private static final Logger log = LoggerFactory.getLogger(TunedLoader.class);

  private final TunableLoader loader;
  private final Tuner tuner;
  private final FixedSettings server;
  private final BooleanSupplier isQuiet;
  private final Optional<TuningRun> run;

  /** The speeds of the version of each model that was loaded last. */
  private final Map<String, PrecisionSpeeds> lastSpeeds = new ConcurrentHashMap<>();

  /**
   * @param server settings that the operator has given for all models
   * @param isQuiet whether no request is in flight
   * @param run stores its result in the tuner's cache; empty if nothing may be measured
   */
  public TunedLoader(
      TunableLoader loader,
      Tuner tuner,
      FixedSettings server,
      BooleanSupplier isQuiet,
      Optional<TuningRun> run) {
    this.loader = loader;
    this.tuner = tuner;
    this.server = server;
    this.isQuiet = isQuiet;
    this.run = run;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    return new Load(source, server.under(source.manifest()), loader.precisions(source)).run();
  }

  /** Loads one version. */
  private final class Load {

    private final ModelSource source;
    private final FixedSettings fixed;
    private final List<PrecisionOption> options;
    private final PrecisionOption first;

    Load(ModelSource source, FixedSettings fixed, List<PrecisionOption> options) {
      this.source = source;
      this.fixed = fixed;
      this.options = options;
      this.first = options.get(0);
    }

    LoadedModel run() throws ModelLoadException {
      if (options.size() == 1) {
        return in(first);
      }
      if (run.isEmpty()) {
        return in(first.because("nothing is measured (--tuning off)"));
      }
      Optional<PrecisionSpeeds> speeds = tuner.speeds(source, options, fixed);
      if (speeds.isEmpty()) {
        if (!isQuiet.getAsBoolean()) {
          return unmeasured("not measured, because requests were in flight");
        }
        log.info("{} is new on this machine: measuring its precisions", source.id());
        run.get().run(source, server, Optional.empty());
        speeds = tuner.speeds(source, options, fixed);
        speeds.ifPresent(found -> log.info("{} measured: {}", source.id(), found));
      }
      if (speeds.isEmpty()) {
        return unmeasured("the measurement did not succeed");
      }
      lastSpeeds.put(source.id().name(), speeds.get());
      return fastest(speeds.get(), run.get(), "");
    }

    private LoadedModel unmeasured(String why) throws ModelLoadException {
      PrecisionSpeeds others = lastSpeeds.get(source.id().name());
      return others == null
          ? in(first.because(why))
          : fastest(others, run.get(), why + ", but another version is ");
    }

    private LoadedModel fastest(PrecisionSpeeds speeds, TuningRun checking, String whose)
        throws ModelLoadException {
      String why =
          speeds.imagesPerSecond().isEmpty()
              ? "it takes no sample image to measure with"
              : "the fastest here of " + speeds;
      for (PrecisionOption faster : speeds.faster(options)) {
        String reason = whose + speeds.compare(faster, first) + "; ";
        if (!faster.needsCheck()) {
          return in(faster.because(reason + faster.reason()));
        }
        if (tuner.verdict(source, faster).isEmpty()) {
          log.info("{} is new: checking it in {}", source.id(), faster.precision());
          checking.run(source, server, Optional.of(faster.precision()));
        }
        PrecisionCheck.Verdict verdict =
            tuner
                .verdict(source, faster)
                .orElseGet(() -> PrecisionCheck.Verdict.rejected("the check did not succeed"));
        if (verdict.objection().isEmpty()) {
          return in(faster.because(reason + verdict.text()));
        }
        why = faster.precision() + " is faster, but " + verdict.objection().get();
      }
      return in(first.because(why));
    }

    private LoadedModel in(PrecisionOption precision) throws ModelLoadException {
      LoadedModel model = loader.load(source, tuner.settings(precision, fixed), precision);
      model
          .tuning()
          .map(Tuning::options)
          .ifPresent(o -> log.info("{} runs with {}", source.id(), o));
      return model;
    }
  }
}
