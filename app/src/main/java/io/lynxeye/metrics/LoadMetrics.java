package io.lynxeye.metrics;

import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.scoring.Admission;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToIntFunction;

/** What is on its way at the moment of a scrape. */
final class LoadMetrics {

  private final Watched watched;
  private final MultiGauge queued;
  private final MultiGauge backlogs;

  LoadMetrics(Watched watched, MeterRegistry registry) {
    this.watched = watched;
    queued =
        MultiGauge.builder(Meters.QUEUED)
            .description("Decoded pictures that wait for the engine")
            .register(registry);
    backlogs =
        MultiGauge.builder(Meters.BACKLOG)
            .description("Pictures on their way to a model, from the decode to the answer")
            .register(registry);
    Admission admission = watched.admission();
    Gauge.builder(Meters.ADMITTED_REQUESTS, admission, Admission::requests)
        .description("Requests that the server carries")
        .register(registry);
    Gauge.builder(Meters.ADMITTED_PLACES, admission, Admission::places)
        .description("Requests that it would take in yet")
        .register(registry);
    Gauge.builder(Meters.ADMITTED_BYTES, admission, Admission::bytes)
        .baseUnit("bytes")
        .description("Their bodies in memory")
        .register(registry);
  }

  void look() {
    queued.register(rows(ServedModel::queued), true);
    backlogs.register(rows(model -> model.backlog().size()), true);
  }

  private List<MultiGauge.Row<?>> rows(ToIntFunction<ServedModel> figure) {
    return watched.registry().all().stream()
        .<MultiGauge.Row<?>>map(
            model ->
                MultiGauge.Row.of(
                    Tags.of(
                        Meters.MODEL,
                        model.id().name(),
                        Meters.VERSION,
                        Integer.toString(model.id().version())),
                    figure.applyAsInt(model)))
        .toList();
  }
}
