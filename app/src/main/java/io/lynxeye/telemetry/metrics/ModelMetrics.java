package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.lifecycle.ModelListener;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * States, loads and load failures of models. Counts and times are per model, so that many versions
 * over time do not add up; states are those of the versions known at the time of a scrape. The
 * reasons of failures are not labels, as their number is unbounded: the management API has them.
 */
final class ModelMetrics implements ModelListener {

  private final MeterRegistry registry;
  private final Supplier<? extends Collection<ModelStatus>> statuses;
  private final MultiGauge states;
  private final MultiGauge failures;
  private final Map<ModelId, Timer.Sample> loads = new ConcurrentHashMap<>();

  /**
   * @param statuses every version; read at each scrape
   */
  ModelMetrics(Supplier<? extends Collection<ModelStatus>> statuses, MeterRegistry registry) {
    this.registry = registry;
    this.statuses = statuses;
    this.states =
        MultiGauge.builder(Meters.STATE)
            .description("1 for the state a version is in, 0 for the others")
            .register(registry);
    this.failures =
        MultiGauge.builder(Meters.FAILED)
            .description("1 if the current files of a version could not be loaded")
            .register(registry);
    Gauge.builder(Meters.AVAILABLE, this, ModelMetrics::available)
        .description("Versions that serve requests")
        .register(registry);
  }

  /** To be called before a scrape. */
  void refresh(Collection<ModelStatus> now) {
    states.register(now.stream().flatMap(ModelMetrics::states).toList(), true);
    failures.register(now.stream().<MultiGauge.Row<?>>map(ModelMetrics::failed).toList(), true);
  }

  private static Stream<MultiGauge.Row<?>> states(ModelStatus status) {
    return Stream.of(ModelState.values())
        .map(
            state ->
                MultiGauge.Row.of(
                    tags(status.id()).and("state", state.name()), status.state() == state ? 1 : 0));
  }

  private static MultiGauge.Row<Number> failed(ModelStatus status) {
    return MultiGauge.Row.of(tags(status.id()), status.hasFailed() ? 1 : 0);
  }

  private static Tags tags(ModelId id) {
    return Tags.of("model", id.name(), "version", id.version().toString());
  }

  private double available() {
    return statuses.get().stream().filter(s -> s.state() == ModelState.AVAILABLE).count();
  }

  @Override
  public void changed(ModelStatus status) {
    switch (status.state()) {
      case LOADING -> reloading(status.id());
      case AVAILABLE, SHADOW, CANARY, END -> ended(status);
      case START, UNLOADING, STOPPED -> {}
    }
  }

  @Override
  public void reloading(ModelId id) {
    loads.put(id, Timer.start(registry));
    loadFailures(id.name()); // Counted from zero, or the first failure would be no increase.
  }

  private void ended(ModelStatus status) {
    Timer.Sample load = loads.remove(status.id());
    if (load == null) {
      return; // An unload has ended.
    }
    String model = status.id().name();
    boolean failed = status.hasFailed();
    load.stop(
        Timer.builder(Meters.LOAD)
            .description("Loading and warming up")
            .tags("model", model, "outcome", failed ? "failed" : "loaded")
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry));
    loadFailures(model).increment(failed ? 1 : 0);
  }

  private Counter loadFailures(String model) {
    return registry.counter(Meters.LOAD_FAILURES, Tags.of(Meters.MODEL, model));
  }
}
