package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.PrecisionCheck.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how fast a model is on this machine in each precision, and whether it stays accurate.
 * Keeps the results in a cache.
 */
public final class Tuner {

  private static final Logger log = LoggerFactory.getLogger(Tuner.class);

  private final TunableLoader loader;
  private final MeasurementCache cache;
  private final String machine;
  private final SettingsRule rule;
  private final List<byte[]> images;
  private final PrecisionCheck check;
  private final BooleanSupplier isGivenUp;
  private final ThroughputMeter meter;

  /**
   * @param machine everything outside the model that the results depend on
   * @param images the sample images; the first one is used for the speed
   * @param isGivenUp whether to stop because the server is stopping
   */
  public Tuner(
      TunableLoader loader,
      MeasurementCache cache,
      String machine,
      SettingsRule rule,
      List<byte[]> images,
      BooleanSupplier isGivenUp,
      LongSupplier nanoTime) {
    this.loader = loader;
    this.cache = cache;
    this.machine = machine;
    this.rule = rule;
    this.images = List.copyOf(images);
    this.check = new PrecisionCheck(images);
    this.isGivenUp = isGivenUp;
    this.meter = new ThroughputMeter(isGivenUp, nanoTime);
  }

  /** The settings of a model in a precision. */
  Tuning settings(PrecisionOption precision, FixedSettings fixed) {
    return fixed.over(rule, precision);
  }

  /** The speeds that are in the cache. */
  Optional<PrecisionSpeeds> speeds(
      ModelSource source, List<PrecisionOption> options, FixedSettings fixed) {
    return cache.find(speedKey(source, options, fixed)).flatMap(PrecisionSpeeds::parse);
  }

  /** Whether a version stays accurate in a precision, if that is in the cache. */
  Optional<Verdict> verdict(ModelSource source, PrecisionOption lower) {
    return cache.find(checkKey(source, lower)).flatMap(Verdict::parse);
  }

  /** Does what {@link TuningRun#run} says, in this process. */
  void run(ModelSource source, FixedSettings server, Optional<Precision> checked)
      throws ModelLoadException {
    FixedSettings fixed = server.under(source.manifest());
    List<PrecisionOption> options = loader.precisions(source);
    Map<Precision, LoadedModel> models = new EnumMap<>(Precision.class);
    try {
      PrecisionOption first = options.get(0);
      LoadedModel exact = load(source, first, fixed);
      models.put(first.precision(), exact);
      if (!isMeasurable(exact)) {
        keep(source, options, fixed, new PrecisionSpeeds(Map.of()));
        return;
      }
      Optional<PrecisionSpeeds> known = speeds(source, options, fixed);
      List<PrecisionOption> others =
          checked
              .map(one -> options.stream().filter(it -> it.precision() == one).toList())
              .orElseGet(() -> known.map(it -> it.faster(options)).orElse(options));
      for (PrecisionOption option : others) {
        if (!models.containsKey(option.precision())) {
          models.put(option.precision(), load(source, option, fixed));
        }
      }
      if (checked.isPresent()) {
        check(source, exact, others, models);
        return;
      }
      PrecisionSpeeds speeds = known.isPresent() ? known.get() : measure(options, models, fixed);
      check(source, exact, speeds.faster(options), models);
      keep(source, options, fixed, speeds);
    } catch (InvalidInputException e) {
      log.warn("{} rejects the sample image: {}", source.id(), e.getMessage());
      keep(source, options, fixed, new PrecisionSpeeds(Map.of()));
    } catch (IllegalStateException e) {
      log.warn("{} cannot be measured: {}", source.id(), e.getMessage());
    } finally {
      models.values().forEach(LoadedModel::close);
    }
  }

  private void check(
      ModelSource source,
      LoadedModel exact,
      List<PrecisionOption> lower,
      Map<Precision, LoadedModel> models) {
    for (PrecisionOption one : lower) {
      if (one.needsCheck() && verdict(source, one).isEmpty()) {
        Verdict verdict = check.compare(exact, models.get(one.precision()));
        cache.keep(checkKey(source, one), verdict.facts());
      }
    }
  }

  /** Whether there is an image to measure with, and settings to measure. */
  private static boolean isMeasurable(LoadedModel model) {
    return model.description().noImages().isEmpty() && model.tuning().isPresent();
  }

  private void keep(
      ModelSource source,
      List<PrecisionOption> options,
      FixedSettings fixed,
      PrecisionSpeeds speeds) {
    cache.keep(speedKey(source, options, fixed), speeds.facts());
  }

  private LoadedModel load(ModelSource source, PrecisionOption option, FixedSettings fixed)
      throws ModelLoadException {
    if (isGivenUp.getAsBoolean()) {
      throw new ModelLoadException("the server is stopping");
    }
    return loader.load(source, settings(option, fixed).withoutSoloSession(), option);
  }

  private PrecisionSpeeds measure(
      List<PrecisionOption> options, Map<Precision, LoadedModel> models, FixedSettings fixed)
      throws InvalidInputException {
    List<ThroughputMeter.Contender> contenders = new ArrayList<>();
    try {
      for (PrecisionOption option : options) {
        LoadedModel model = models.get(option.precision());
        PreparedInput sample = model.prepare(images.get(0));
        contenders.add(new ThroughputMeter.Contender(model, sample, settings(option, fixed)));
      }
      List<Double> rates = meter.imagesPerSecond(contenders);
      Map<Precision, Double> speeds = new EnumMap<>(Precision.class);
      for (int i = 0; i < options.size(); i++) {
        speeds.put(options.get(i).precision(), rates.get(i));
      }
      return new PrecisionSpeeds(speeds);
    } finally {
      contenders.forEach(contender -> contender.sample().release());
    }
  }

  /**
   * Models of the same size perform the same, whatever their weights, so a new version of a model
   * needs no new measurement.
   */
  private String speedKey(ModelSource source, List<PrecisionOption> options, FixedSettings fixed) {
    return options.stream()
        .map(
            option ->
                "%s of %d KB with %s"
                    .formatted(
                        option.precision(),
                        option.modelBytes() >> 10,
                        settings(option, fixed).options()))
        .collect(
            Collectors.joining("; ", "speed on " + machine + "; ", "; " + source.files().format()));
  }

  /** The scores depend on the weights. */
  private String checkKey(ModelSource source, PrecisionOption lower) {
    return "check of %s on %s; %s; %s"
        .formatted(
            lower.precision(),
            machine,
            source.files().fingerprint(),
            new TreeMap<>(source.manifest().arguments()));
  }
}
