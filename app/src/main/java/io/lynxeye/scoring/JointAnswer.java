package io.lynxeye.scoring;

import io.lynxeye.model.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The answers to one request's pictures as one. The first failure is the request's, and takes the
 * other pictures out of the queue; so does its cancelling. Should a new version have taken over in
 * the midst of it, all are scored again, by that one: no answer is made of two.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What the dependents could throw, they do not.
final class JointAnswer {

  private final Supplier<List<CompletableFuture<ScoreResult>>> attempt;
  private final CompletableFuture<List<ScoreResult>> answer = new CompletableFuture<>();

  /**
   * @param attempt has every picture scored, by what serves then; in the order of the pictures
   */
  JointAnswer(Supplier<List<CompletableFuture<ScoreResult>>> attempt) {
    this.attempt = attempt;
  }

  /** To be called once; throws what the attempt throws. */
  CompletableFuture<List<ScoreResult>> begin() {
    tryAll();
    return answer;
  }

  private void tryAll() {
    List<CompletableFuture<ScoreResult>> parts = attempt.get();
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
      tryAll();
    } catch (RuntimeException e) { // It has too much to do, or is not there any more.
      answer.completeExceptionally(e);
    }
  }

  private static Throwable named(Throwable failure, int number, int of) {
    return failure instanceof InvalidInputException && of > 1
        ? new InvalidInputException(
            "picture %d of %d: %s".formatted(number, of, failure.getMessage()))
        : failure;
  }
}
