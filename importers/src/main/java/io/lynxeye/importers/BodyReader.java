package io.lynxeye.importers;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, pulled part by part with a limit on the wait for each, which the stream
 * of the JDK does not have. The client's threads fill the queue, at most one part ahead; one thread
 * reads.
 */
final class BodyReader implements BodySubscriber<BodyReader> {
  private record Part(List<ByteBuffer> buffers, boolean last, Throwable failure) {}

  private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  @Override
  public CompletionStage<BodyReader> getBody() {
    return CompletableFuture.completedStage(this);
  }

  /** The next part, or empty at the end. */
  Optional<List<ByteBuffer>> next(Duration limit) throws IOException, InterruptedException {
    subscription.join().request(1);
    Part part = parts.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (part == null) {
      throw new HttpTimeoutException("nothing came for " + limit.toSeconds() + " s");
    }
    if (part.failure() != null) {
      throw new IOException(part.failure());
    }
    return part.last() ? Optional.empty() : Optional.of(part.buffers());
  }

  /** Gives up the rest of the body. */
  void cancel() {
    var unused = subscription.thenAccept(Flow.Subscription::cancel);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription.complete(newSubscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    parts.add(new Part(buffers, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    parts.add(new Part(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    parts.add(new Part(List.of(), true, null));
  }
}
