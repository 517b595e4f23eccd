package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.rollout.drift.DriftReading;
import io.lynxeye.serving.rollout.watch.DriftStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

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

  /** To be called before a scrape. A shift is unknown until the window is full. */
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
      status
          .reading()
          .ifPresent(
              reading -> {
                add(reading, version, shift);
                limit.add(MultiGauge.Row.of(version.and("of", "classes"), reading.classLimit()));
                limit.add(
                    MultiGauge.Row.of(
                        version.and("of", "probability"), reading.probabilityLimit()));
              });
    }
    shifts.register(shift, true);
    limits.register(limit, true);
    alarms.register(alarm, true);
    baselines.register(baseline, true);
  }

  private static void add(DriftReading reading, Tags version, List<MultiGauge.Row<?>> shift) {
    if (!Double.isNaN(reading.classShift())) {
      shift.add(MultiGauge.Row.of(version.and("of", "classes"), reading.classShift()));
      shift.add(MultiGauge.Row.of(version.and("of", "probability"), reading.probabilityShift()));
    }
  }
}
