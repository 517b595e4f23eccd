package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelListener;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.rollout.RolloutStatus;
import io.lynxeye.serving.rollout.watch.DriftStatus;
import io.lynxeye.serving.scoring.ModelLabel;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The server's meters, for Prometheus. Meters of a model or version are removed after it is gone
 * and their last values were scraped, so that versions over time do not add up. Thread-safe.
 */
public final class Metrics implements ModelListener, RequestListener, AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Supplier<? extends Collection<ModelStatus>> statuses;
  private final ModelRegistry served;
  private final String defaultModel;
  private final ModelMetrics models;
  private final RequestMetrics requests;
  private final LoadMetrics load;
  private final MachineMetrics machine;
  private final RolloutMetrics trials;
  private final DriftMetrics drifts;

  /**
   * Registers the meters of requests, models and the process.
   *
   * @param statuses every version; read at each scrape
   * @param served the versions that serve requests
   * @param defaultModel a name that may have requests before it has a version
   * @param limiter the limiter of the server's requests
   */
  public Metrics(
      Supplier<? extends Collection<ModelStatus>> statuses,
      ModelRegistry served,
      String defaultModel,
      RequestLimiter limiter) {
    this.statuses = statuses;
    this.served = served;
    this.defaultModel = defaultModel;
    this.models = new ModelMetrics(statuses, registry);
    this.requests = new RequestMetrics(registry);
    this.load = new LoadMetrics(served, limiter, registry);
    this.machine = new MachineMetrics(registry);
    this.trials = new RolloutMetrics(registry);
    this.drifts = new DriftMetrics(registry);
  }

  /** Adds whether the server can score. */
  public void ready(BooleanSupplier ready) {
    Gauge.builder(Meters.READY, () -> ready.getAsBoolean() ? 1 : 0)
        .description("1 while the server can score")
        .register(registry);
  }

  /** Adds the number of store entries that cannot be served. */
  public void unusable(IntSupplier entries) {
    Gauge.builder(Meters.UNUSABLE, entries::getAsInt)
        .description("Entries of the model store that cannot be served")
        .register(registry);
  }

  /** Adds the rollouts; the supplier is called at each scrape. */
  public void rollouts(Supplier<List<RolloutStatus>> rollouts) {
    trials.follow(rollouts);
  }

  /** Adds the drift of the versions that are watched; the supplier is called at each scrape. */
  public void drifts(Supplier<List<DriftStatus>> watched) {
    drifts.follow(watched);
  }

  /** Adds each GPU's memory; the supplier is called at each scrape and takes milliseconds. */
  public void gpuMemory(Supplier<List<GpuMemory>> gpus) {
    machine.gpuMemory(gpus);
  }

  /** Adds the counts of scored images that were recorded, and of those dropped instead. */
  public void collected(LongSupplier recorded, LongSupplier dropped) {
    FunctionCounter.builder(Meters.COLLECTED, recorded, count -> (double) count.getAsLong())
        .description("Scored images that were recorded")
        .register(registry);
    FunctionCounter.builder(Meters.NOT_COLLECTED, dropped, count -> (double) count.getAsLong())
        .description("Scored images that were sampled but not recorded")
        .register(registry);
  }

  /** The values of all meters in Prometheus' text format 0.0.4. */
  public synchronized String scrape() {
    Collection<ModelStatus> now = statuses.get();
    models.refresh(now);
    requests.refresh(named(now));
    load.refresh();
    machine.refresh();
    trials.refresh();
    drifts.refresh();
    String text = registry.scrape();
    removeAllBut(now);
    return text;
  }

  /** What requests may be for: a version that is loaded, the default model, or no model. */
  private List<ModelLabel> named(Collection<ModelStatus> now) {
    Stream<ModelLabel> loaded =
        now.stream()
            .filter(status -> status.state().isLoaded())
            .map(status -> ModelLabel.of(status.id()));
    Stream<ModelLabel> others = Stream.of(ModelLabel.UNKNOWN, new ModelLabel(defaultModel, ""));
    return Stream.concat(others, loaded).toList();
  }

  private void removeAllBut(Collection<ModelStatus> now) {
    Set<String> known = new HashSet<>(Set.of("", defaultModel));
    for (ModelStatus status : now) {
      known.add(status.id().name());
      known.add(status.id().toString());
    }
    for (Meter meter : registry.getMeters()) {
      if (!isKnown(meter.getId(), known)) {
        registry.remove(meter);
      }
    }
  }

  private boolean isKnown(Meter.Id meter, Set<String> known) {
    String model = meter.getTag(Meters.MODEL);
    String version = meter.getTag(Meters.VERSION);
    boolean isOfVersion = version != null && !version.isEmpty();
    return model == null
        || known.contains(isOfVersion ? model + "/" + version : model)
        || (!isOfVersion && served.isExpected(model));
  }

  @Override
  public void ended(RequestSummary request) {
    requests.ended(request);
  }

  @Override
  public void changed(ModelStatus status) {
    models.changed(status);
  }

  @Override
  public void reloading(ModelId id) {
    models.reloading(id);
  }

  /** Releases the meters; there is nothing to scrape afterwards. */
  @Override
  public void close() {
    machine.close();
    registry.close();
  }
}
