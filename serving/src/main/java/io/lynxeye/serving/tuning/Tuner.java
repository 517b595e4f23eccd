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
    return fixed.over(rule.of(precision.modelBytes()));
  }

  /** The speeds that are in the cache. */
  Optional<PrecisionSpeeds> speeds(
      ModelSource source, List<PrecisionOption> options, FixedSettings fixed) {
    return cache.find(speedKey(source, options, fixed)).flatMap(PrecisionSpeeds::parse);
  }

  /** Keeps in the cache that a model cannot be measured: otherwise every start would try again. */
  void keepUnmeasured(ModelSource source, List<PrecisionOption> options, FixedSettings fixed) {
    keep(source, options, fixed, new PrecisionSpeeds(Map.of()));
  }

  private void keep(
      ModelSource source,
      List<PrecisionOption> options,
      FixedSettings fixed,
      PrecisionSpeeds speeds) {
    cache.keep(speedKey(source, options, fixed), speeds.facts());
  }

  /** Measures a model in the precisions that it may run in, and checks the faster ones. */
  void measure(ModelSource source, FixedSettings server) throws ModelLoadException {
    FixedSettings fixed = server.under(source.manifest());
    List<PrecisionOption> options = loader.precisions(source);
    Map<Precision, LoadedModel> models = new EnumMap<>(Precision.class);
    try {
      for (PrecisionOption option : options) {
        if (isGivenUp.getAsBoolean()) {
          throw new ModelLoadException("the server is stopping");
        }
        models.put(option.precision(), load(source, option, fixed));
      }
      PrecisionSpeeds speeds = measure(options, models, fixed);
      LoadedModel exact = models.get(options.get(0).precision());
      for (PrecisionOption faster : speeds.faster(options)) {
        if (faster.precision() != Precision.INT8) { // It brings its own report.
          keep(source, faster, check.compare(exact, models.get(faster.precision())));
        }
      }
      keep(source, options, fixed, speeds);
    } catch (InvalidInputException e) {
      log.warn("{} rejects the sample image: {}", source.id(), e.getMessage());
    } catch (IllegalStateException e) {
      log.warn("{} cannot be measured: {}", source.id(), e.getMessage());
    } finally {
      models.values().forEach(LoadedModel::close);
    }
  }

  private LoadedModel load(ModelSource source, PrecisionOption option, FixedSettings fixed)
      throws ModelLoadException {
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
   * Whether a version stays accurate in a precision, from the cache or by scoring the sample
   * images.
   *
   * @param exact the version's first precision
   */
  Verdict verdict(
      ModelSource source, PrecisionOption exact, PrecisionOption lower, FixedSettings fixed) {
    return cache
        .find(checkKey(source, lower))
        .flatMap(Verdict::parse)
        .orElseGet(() -> compare(source, exact, lower, fixed));
  }

  private Verdict compare(
      ModelSource source, PrecisionOption exact, PrecisionOption lower, FixedSettings fixed) {
    Verdict verdict;
    try (LoadedModel before = load(source, exact, fixed);
        LoadedModel after = load(source, lower, fixed)) {
      verdict = check.compare(before, after);
    } catch (ModelLoadException | RuntimeException e) {
      return Verdict.rejected("it does not load: " + e.getMessage()); // Loading may work next time.
    }
    keep(source, lower, verdict);
    return verdict;
  }

  private void keep(ModelSource source, PrecisionOption lower, Verdict verdict) {
    cache.keep(checkKey(source, lower), verdict.facts());
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
