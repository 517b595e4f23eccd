package io.lynxeye.serving.observation;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.observation.ModelTotals.Batches;
import io.lynxeye.serving.observation.ModelTotals.Stages;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Counts what each version does from its first request until it is unloaded. Costs some hundred
 * bytes per version and, per request, a few microseconds. Thread-safe.
 */
public final class ModelCounters implements RequestListener {

  private final Map<ModelLabel, ModelTotals> totals = new ConcurrentHashMap<>();

  @Override
  public void ended(RequestSummary request) {
    ModelLabel model = request.model();
    if (!model.name().isEmpty() && !model.version().isEmpty()) {
      totals.compute(
          model, (same, before) -> plus(before == null ? ModelTotals.NONE : before, request));
    }
  }

  /** Forgets a version that is not served any more. */
  public void changed(ModelStatus status) {
    if (status.state() == ModelState.END) {
      totals.remove(ModelLabel.of(status.id()));
    }
  }

  /** What a version has done. */
  public ModelTotals of(ModelId id) {
    return totals.getOrDefault(ModelLabel.of(id), ModelTotals.NONE);
  }

  private static ModelTotals plus(ModelTotals before, RequestSummary request) {
    List<Timing> timings = request.timings();
    if (request.outcome().kind() != Outcome.Kind.SUCCESS || timings.isEmpty()) {
      return new ModelTotals(
          before.last(),
          before.images(),
          before.succeeded(),
          before.failed().plus(request.total()),
          before.stages(),
          before.batches());
    }
    Duration response = request.total().minus(request.scoredAfter());
    Stages stages =
        new Stages(
            slowest(timings, Timing::decode),
            slowest(timings, Timing::queue),
            slowest(timings, Timing::engine),
            response);
    SortedMap<Integer, Batches> batches = new TreeMap<>(before.batches());
    Duration share = response.dividedBy(timings.size());
    timings.forEach(
        timing ->
            batches.compute(
                timing.batchSize(),
                (size, sum) -> plus(sum == null ? Batches.NONE : sum, timing, share)));
    return new ModelTotals(
        before.last().filter(request.call().began()::isBefore).or(() -> began(request)),
        before.images() + timings.size(),
        before.succeeded().plus(request.total()),
        before.failed(),
        before.stages().plus(stages),
        batches);
  }

  private static Optional<Instant> began(RequestSummary request) {
    return Optional.of(request.call().began());
  }

  private static Batches plus(Batches sum, Timing timing, Duration response) {
    Stages more =
        new Stages(
            timing.decode(),
            timing.queue(),
            timing.engine().dividedBy(timing.batchSize()),
            response);
    return new Batches(sum.calls() + 1.0 / timing.batchSize(), sum.stages().plus(more));
  }

  private static Duration slowest(List<Timing> timings, Function<Timing, Duration> stage) {
    return timings.stream().map(stage).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }
}
