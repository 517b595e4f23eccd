package io.lynxeye.metrics;

import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.RequestSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * All that is measured, for Prometheus. What is counted by model or version goes with it: after the
 * scrape that has told its last values, so that versions over time do not add up.
 */
public final class Metrics implements ModelListener, RequestListener, AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Watched watched;
  private final ModelMetrics models;
  private final RequestMetrics requests;
  private final LoadMetrics load;
  private final MachineMetrics machine;

  public Metrics(Watched watched) {
    this.watched = watched;
    this.models = new ModelMetrics(watched.statuses(), registry);
    this.requests = new RequestMetrics(registry);
    this.load = new LoadMetrics(watched, registry);
    this.machine = new MachineMetrics(watched.gpus(), registry);
    Gauge.builder(Meters.READY, () -> watched.ready().getAsBoolean() ? 1 : 0)
        .description("1 while the server can score")
        .register(registry);
    Gauge.builder(Meters.UNUSABLE, () -> watched.unusable().getAsInt())
        .description("Entries of the model store that cannot be served")
        .register(registry);
    watched.collected().ifPresent(this::register);
  }

  private void register(Collected collected) {
    FunctionCounter.builder(
            Meters.COLLECTED, collected.noted(), count -> (double) count.getAsLong())
        .description("Scored pictures that were noted")
        .register(registry);
    FunctionCounter.builder(
            Meters.NOT_COLLECTED, collected.dropped(), count -> (double) count.getAsLong())
        .description("Scored pictures that should have been noted and were not")
        .register(registry);
  }

  /** All of it in Prometheus' text format 0.0.4. */
  public synchronized String scrape() {
    Collection<ModelStatus> now = watched.statuses().get();
    models.look(now);
    load.look();
    machine.look();
    String text = registry.scrape();
    forgetAllBut(now);
    return text;
  }

  private void forgetAllBut(Collection<ModelStatus> now) {
    Set<String> known = new HashSet<>(Set.of("", watched.defaultModel()));
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
        || (!isOfVersion && watched.registry().isExpected(model));
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

  /** Measures no more; there is nothing to scrape afterwards. */
  @Override
  public void close() {
    machine.close();
    registry.close();
  }
}
