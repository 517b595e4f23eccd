package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.rollout.RolloutStatus;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Versions on trial, at the time of a scrape. Counts keep their last value after a trial. */
final class RolloutMetrics {

  private static final List<String> STATES =
      List.of("none", "shadow", "canary", "paused", "refused");

  private final MeterRegistry registry;
  private final MultiGauge agreement;
  private final MultiGauge states;
  private final Map<Tags, Long> images = new ConcurrentHashMap<>();
  private final Map<Tags, Long> callers = new ConcurrentHashMap<>();
  private final Map<Tags, Long> dropped = new ConcurrentHashMap<>();
  private volatile Supplier<List<RolloutStatus>> rollouts = List::of;

  RolloutMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.agreement =
        MultiGauge.builder(Meters.ROLLOUT_AGREEMENT)
            .description("Share of images with the same best class, and its bounds")
            .register(registry);
    this.states =
        MultiGauge.builder(Meters.ROLLOUT_STATE)
            .description("1 for the state a model's rollout is in, 0 for the others")
            .register(registry);
  }

  void follow(Supplier<List<RolloutStatus>> supplier) {
    rollouts = supplier;
  }

  /** To be called before a scrape. */
  void refresh() {
    List<MultiGauge.Row<?>> bounds = new ArrayList<>();
    List<MultiGauge.Row<?>> current = new ArrayList<>();
    for (RolloutStatus status : rollouts.get()) {
      Tags model = Tags.of(Meters.MODEL, status.model());
      for (String state : STATES) {
        current.add(
            MultiGauge.Row.of(model.and("state", state), status.state().equals(state) ? 1 : 0));
      }
      status.known().candidate().ifPresent(number -> trial(status, number, bounds));
      status
          .counts()
          .ifPresent(
              counts ->
                  counts
                      .dropped()
                      .forEach(
                          (why, count) ->
                              set(
                                  Meters.ROLLOUT_DROPPED,
                                  "Images that were to be compared and were not, by reason",
                                  dropped,
                                  model.and("reason", why),
                                  count)));
    }
    agreement.register(bounds, true);
    states.register(current, true);
  }

  private void trial(RolloutStatus status, long number, List<MultiGauge.Row<?>> bounds) {
    Tags version = Tags.of(Meters.MODEL, status.model(), Meters.VERSION, Long.toString(number));
    Evidence evidence = status.known().evidence();
    compared(version, "agree", evidence.agreed());
    compared(version, "differ", evidence.answered() - evidence.agreed());
    compared(version, "failed", evidence.failed());
    callers(version, "answered", evidence.callers().answered());
    callers(version, "failed", evidence.callers().failed());
    status.verdict().stream()
        .flatMap(verdict -> verdict.findings().stream())
        .filter(finding -> finding.measure().equals("agreement"))
        .forEach(
            finding -> {
              bounds.add(MultiGauge.Row.of(version.and("bound", "value"), finding.value()));
              bounds.add(MultiGauge.Row.of(version.and("bound", "low"), finding.low()));
              bounds.add(MultiGauge.Row.of(version.and("bound", "high"), finding.high()));
            });
  }

  private void compared(Tags version, String result, long count) {
    set(
        Meters.ROLLOUT_IMAGES,
        "Images that were compared, by result",
        images,
        version.and("result", result),
        count);
  }

  private void callers(Tags version, String result, long count) {
    set(
        Meters.ROLLOUT_CALLERS,
        "Images of callers that went to a canary, by result",
        callers,
        version.and("result", result),
        count);
  }

  private void set(String name, String what, Map<Tags, Long> values, Tags tags, long count) {
    values.put(tags, count);
    FunctionCounter.builder(name, values, all -> (double) all.getOrDefault(tags, 0L))
        .description(what)
        .tags(tags)
        .register(registry);
  }
}
