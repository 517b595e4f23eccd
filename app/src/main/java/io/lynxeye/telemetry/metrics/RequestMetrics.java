package io.lynxeye.telemetry.metrics;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts and times of scoring requests and their images. Costs a few microseconds a request. Counts
 * that alerts are made of exist before there is anything to count: Prometheus sees no increase in a
 * series that begins with one.
 */
final class RequestMetrics implements RequestListener {

  /** As the reasons are labelled; a deadline is an outcome and has none. */
  private static final List<String> REASONS =
      Arrays.stream(RejectedException.Reason.values())
          .map(reason -> Outcome.of(new RejectedException(reason)).reason())
          .filter(reason -> !reason.isEmpty())
          .toList();

  private static final List<String> ERRORS =
      Stream.of(
              Outcome.Kind.FAILED,
              Outcome.Kind.DEADLINE,
              Outcome.Kind.CLIENT_DEADLINE,
              Outcome.Kind.REJECTED)
          .map(Outcome.Kind::label)
          .toList();

  private static final List<String> PROTOCOLS =
      List.of("azure", "djl", "tensorflow", "openinference", "grpc");

  private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128};
  private static final double[] BODY_BYTES = {
    1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26
  };

  private final MeterProvider<Counter> requests;
  private final MeterProvider<Counter> rejected;
  private final MeterProvider<Counter> keyRequests;
  private final MeterProvider<Counter> keyImages;
  private final MeterProvider<Timer> times;
  private final MeterProvider<DistributionSummary> bodies;
  private final MeterProvider<Counter> images;
  private final MeterProvider<Counter> batches;
  private final MeterProvider<DistributionSummary> batchSizes;
  private final MeterProvider<Timer> stages;

  RequestMetrics(MeterRegistry registry) {
    requests = counter(Meters.REQUESTS, "Scoring requests, by outcome", registry);
    rejected = counter(Meters.REJECTED, "Scoring requests not admitted, by reason", registry);
    keyRequests =
        counter(Meters.KEY_REQUESTS, "Scoring requests, by the name of the caller's key", registry);
    keyImages = counter(Meters.KEY_IMAGES, "Images scored, by the name of the key", registry);
    images = counter(Meters.IMAGES, "Images scored", registry);
    batches = counter(Meters.BATCHES, "Inference calls, each image counting its share", registry);
    times = timer(Meters.REQUEST, "Time of a scoring request, from its head to its end", registry);
    stages = timer(Meters.STAGE, "Time of a scored image, by stage", registry);
    batchSizes =
        DistributionSummary.builder(Meters.BATCH_SIZE)
            .description("Images in the inference call, once for each scored image")
            .serviceLevelObjectives(BATCH_SIZES)
            .withRegistry(registry);
    bodies =
        DistributionSummary.builder(Meters.BODY)
            .description("Received bytes of the bodies of scoring requests")
            .baseUnit("bytes")
            .serviceLevelObjectives(BODY_BYTES)
            .withRegistry(registry);
  }

  private static MeterProvider<Counter> counter(String name, String what, MeterRegistry registry) {
    return Counter.builder(name).description(what).withRegistry(registry);
  }

  private static MeterProvider<Timer> timer(String name, String what, MeterRegistry registry) {
    return Timer.builder(name)
        .description(what)
        .serviceLevelObjectives(Meters.latencies())
        .withRegistry(registry);
  }

  /** To be called before a scrape, with the models that requests may be for. */
  void refresh(Collection<ModelLabel> models) {
    for (ModelLabel model : models) {
      REASONS.forEach(reason -> rejected.withTags(Meters.MODEL, model.name(), "reason", reason));
      for (String protocol : PROTOCOLS) {
        ERRORS.forEach(error -> requests.withTags(requestTags(model, protocol, error)));
      }
    }
  }

  private static Tags requestTags(ModelLabel model, String protocol, String outcome) {
    return Tags.of(Meters.MODEL, model.name(), Meters.VERSION, model.version())
        .and("protocol", protocol, "outcome", outcome);
  }

  @Override
  public void ended(RequestSummary request) {
    ModelLabel label = request.model();
    Outcome outcome = request.outcome();
    Tags model = Tags.of(Meters.MODEL, label.name());
    Tags version = model.and(Meters.VERSION, label.version());
    String how = outcome.kind().label();
    requests.withTags(requestTags(label, request.protocol(), how)).increment();
    if (!request.key().isEmpty()) {
      Tags key = Tags.of("key", request.key());
      keyRequests.withTags(key.and("outcome", how)).increment();
      keyImages.withTags(key).increment(request.timings().size());
    }
    if (!outcome.reason().isEmpty()) {
      rejected.withTags(model.and("reason", outcome.reason())).increment();
    }
    times.withTags(model.and("outcome", how)).record(request.total());
    bodies.withTags(model).record((double) request.bodyBytes());
    request.timings().forEach(timing -> scored(timing, model, version));
  }

  private void scored(ScoreResult.Timing timing, Tags model, Tags version) {
    images.withTags(version).increment();
    batches.withTags(version).increment(1.0 / timing.batchSize());
    batchSizes.withTags(model).record(timing.batchSize());
    stages.withTags(model.and("stage", "decode")).record(timing.decode());
    stages.withTags(model.and("stage", "queue")).record(timing.queue());
    stages.withTags(model.and("stage", "engine")).record(timing.engine());
  }
}
