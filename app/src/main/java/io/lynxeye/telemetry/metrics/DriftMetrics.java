package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.rollout.drift.DriftReading;
import io.lynxeye.serving.rollout.watch.DriftStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The drift of the versions that are watched, at the time of a scrape. */
final class DriftMetrics {

  private final MultiGauge shifts;
  private final MultiGauge limits;
  private final MultiGauge alarms;
  private final MultiGauge baselines;
  private volatile Supplier<List<DriftStatus>> drifts = List::of;

  DriftMetrics(MeterRegistry registry) {
    this.shifts =
        MultiGauge.builder(Meters.DRIFT_SHIFT)
            .description("Population stability index of the latest answers from the baseline")
            .register(registry);
    this.limits =
        MultiGauge.builder(Meters.DRIFT_LIMIT)
            .description("The shift above which the answers drift")
            .register(registry);
    this.alarms =
        MultiGauge.builder(Meters.DRIFT_ALARM)
            .description("1 while the answers drift")
            .register(registry);
    this.baselines =
        MultiGauge.builder(Meters.DRIFT_BASELINE)
            .description("Images of the baseline, or collected for it so far")
            .register(registry);
  }

  void follow(Supplier<List<DriftStatus>> supplier) {
    drifts = supplier;
  }

  /** To be called before a scrape. A shift is NaN until the window is full. */
  void refresh() {
    List<MultiGauge.Row<?>> shift = new ArrayList<>();
    List<MultiGauge.Row<?>> limit = new ArrayList<>();
    List<MultiGauge.Row<?>> alarm = new ArrayList<>();
    List<MultiGauge.Row<?>> baseline = new ArrayList<>();
    for (DriftStatus status : drifts.get()) {
      Tags version =
          Tags.of(
              Meters.MODEL, status.id().name(), Meters.VERSION, status.id().version().toString());
      alarm.add(MultiGauge.Row.of(version, status.alarm().isPresent() ? 1 : 0));
      baseline.add(MultiGauge.Row.of(version, status.collected()));
      Optional<DriftReading> reading = status.reading();
      add(shift, version, reading, DriftReading::classShift, DriftReading::probabilityShift);
      add(limit, version, reading, DriftReading::classLimit, DriftReading::probabilityLimit);
    }
    shifts.register(shift, true);
    limits.register(limit, true);
    alarms.register(alarm, true);
    baselines.register(baseline, true);
  }

  /** NaN without a reading: a row that comes and goes would look like a gap of the scrapes. */
  private static void add(
      List<MultiGauge.Row<?>> rows,
      Tags version,
      Optional<DriftReading> reading,
      ToDoubleFunction<DriftReading> ofClasses,
      ToDoubleFunction<DriftReading> ofProbability) {
    double classes = reading.map(ofClasses::applyAsDouble).orElse(Double.NaN);
    double probability = reading.map(ofProbability::applyAsDouble).orElse(Double.NaN);
    rows.add(MultiGauge.Row.of(version.and("of", "classes"), classes));
    rows.add(MultiGauge.Row.of(version.and("of", "probability"), probability));
  }
}
