package io.lynxeye.serving.scoring;

import io.lynxeye.serving.model.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Joins the results of one request's images. The first failure fails the request and removes its
 * other images from the queue, as does cancelling it. If a new version took over in between, or a
 * canary failed on one of the images, all are scored again, by the serving version, so that no
 * response mixes two versions.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The dependents do not throw.
final class JointAnswer {

  private final Supplier<List<CompletableFuture<ScoreResult>>> first;
  private final Supplier<List<CompletableFuture<ScoreResult>>> next;
  private final CompletableFuture<List<ScoreResult>> answer = new CompletableFuture<>();

  /**
   * @param first starts to score every image, in order
   * @param next the same, by the serving version
   */
  JointAnswer(
      Supplier<List<CompletableFuture<ScoreResult>>> first,
      Supplier<List<CompletableFuture<ScoreResult>>> next) {
    this.first = first;
    this.next = next;
  }

  /** Starts; to be called once. Throws what the first attempt throws. */
  CompletableFuture<List<ScoreResult>> begin() {
    collect(first.get());
    return answer;
  }

  private void collect(List<CompletableFuture<ScoreResult>> parts) {
    answer.whenComplete((all, failure) -> parts.forEach(part -> part.cancel(false)));
    AtomicInteger left = new AtomicInteger(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      int number = i + 1;
      parts
          .get(i)
          .whenComplete(
              (result, failure) -> {
                if (failure != null) {
                  answer.completeExceptionally(named(failure, number, parts.size()));
                } else if (left.decrementAndGet() == 0) {
                  finish(parts.stream().map(CompletableFuture::join).toList());
                }
              });
    }
  }

  private void finish(List<ScoreResult> results) {
    if (results.stream().map(ScoreResult::model).distinct().count() == 1) {
      answer.complete(results);
      return;
    }
    try {
      collect(next.get());
    } catch (RuntimeException e) { // It is overloaded, or not available any more.
      answer.completeExceptionally(e);
    }
  }

  /** The error names the failing image (1-based). */
  private static Throwable named(Throwable failure, int number, int of) {
    return failure instanceof InvalidInputException && of > 1
        ? new InvalidInputException(
            "image %d of %d: %s".formatted(number, of, failure.getMessage()))
        : failure;
  }
}
