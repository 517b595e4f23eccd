package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A refused client that comes back when {@code Retry-After} says, again and again.
 *
 * @param promised seconds that the first refusal named
 * @param waited seconds from the first refusal until the request was sent that was scored
 * @param attempts requests after the first, the scored one included
 */
public record Retry(double promised, double waited, int attempts) {

  /** Follows a refusal until a request is scored; completes with it. */
  public static CompletableFuture<Retry> follow(LoadClient client, Buffer body, Outcome refusal) {
    CompletableFuture<Retry> retry = new CompletableFuture<>();
    new Client(client, body, refusal, retry).comeBack(refusal, 1);
    return retry;
  }

  private record Client(
      LoadClient client, Buffer body, Outcome first, CompletableFuture<Retry> retry) {

    void comeBack(Outcome refusal, int attempt) {
      Duration wait = Duration.ofSeconds(Math.max(1, refusal.retryAfter()));
      client.later(wait, () -> send(attempt));
    }

    void send(int attempt) {
      long now = System.nanoTime();
      var unused = client.send(body, now).thenAccept(outcome -> ended(outcome, attempt));
    }

    void ended(Outcome outcome, int attempt) {
      if (outcome.isRefused()) {
        comeBack(outcome, attempt + 1);
      } else {
        double waited = (outcome.dueNanos() - first.doneNanos()) / 1e9;
        retry.complete(new Retry(first.retryAfter(), waited, attempt));
      }
    }
  }
}
