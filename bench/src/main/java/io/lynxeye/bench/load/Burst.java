package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Many requests at once. */
public final class Burst {

  private Burst() {}

  /** Sends the requests at once and waits for every response. */
  public static LoadResult run(LoadClient client, Buffer body, int requests) {
    long start = System.nanoTime();
    List<CompletableFuture<Outcome>> sent =
        Stream.generate(() -> client.send(body, start)).limit(requests).toList();
    List<Outcome> outcomes = sent.stream().map(CompletableFuture::join).toList();
    return new LoadResult(outcomes, start, System.nanoTime());
  }
}
