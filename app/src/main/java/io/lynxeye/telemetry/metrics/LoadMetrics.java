package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToIntFunction;

/** Requests and images in flight at the time of a scrape. */
final class LoadMetrics {

  private final ModelRegistry models;
  private final MultiGauge queued;
  private final MultiGauge backlogs;

  LoadMetrics(ModelRegistry models, RequestLimiter limiter, MeterRegistry registry) {
    this.models = models;
    queued =
        MultiGauge.builder(Meters.QUEUED)
            .description("Images that wait for the engine")
            .register(registry);
    backlogs =
        MultiGauge.builder(Meters.BACKLOG)
            .description("Images in flight per model, from the decode to the response")
            .register(registry);
    Gauge.builder(Meters.ADMITTED_REQUESTS, limiter, RequestLimiter::requests)
        .description("Requests in flight")
        .register(registry);
    Gauge.builder(Meters.ADMITTED_PLACES, limiter, RequestLimiter::available)
        .description("Further requests that would be admitted")
        .register(registry);
    Gauge.builder(Meters.ADMITTED_BYTES, limiter, RequestLimiter::bytes)
        .baseUnit("bytes")
        .description("Bytes of request bodies in memory")
        .register(registry);
  }

  void refresh() {
    queued.register(rows(ServedModel::queued), true);
    backlogs.register(rows(model -> model.limiter().inFlight()), true);
  }

  private List<MultiGauge.Row<?>> rows(ToIntFunction<ServedModel> figure) {
    return models.all().stream()
        .<MultiGauge.Row<?>>map(
            model ->
                MultiGauge.Row.of(
                    Tags.of(
                        Meters.MODEL,
                        model.id().name(),
                        Meters.VERSION,
                        model.id().version().toString()),
                    figure.applyAsInt(model)))
        .toList();
  }
}
