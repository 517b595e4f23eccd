package io.lynxeye.bench.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends images over persistent connections, on one event loop because it shares the machine with
 * the server it measures. Every future that it returns completes. Thread-safe.
 */
public final class LoadClient implements AutoCloseable {

  /** More than the requests in flight of any load: no request waits for a connection. */
  private static final int CONNECTIONS = 8192;

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final HttpClient client;
  private final RequestOptions request;

  public LoadClient(Target target) {
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setDecompressionSupported(false))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
            .build();
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(target.url().getHost())
            .setPort(target.port())
            .setSsl(target.isHttps())
            .setURI(target.path())
            .setIdleTimeout(TIMEOUT.toMillis())
            .putHeader("Content-Type", "image/jpeg");
    target.headers().forEach(request::putHeader);
  }

  /**
   * Sends a body now.
   *
   * @param dueNanos when it should have been sent, by {@link System#nanoTime}
   * @return completes on the event loop, never exceptionally
   */
  public CompletableFuture<Outcome> send(Buffer body, long dueNanos) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    loop.runOnContext(
        now ->
            client
                .request(request)
                .compose(open -> open.send(body))
                .compose(answer -> answer.body().map(bytes -> outcome(dueNanos, answer)))
                .otherwise(failure -> new Outcome(dueNanos, System.nanoTime(), Outcome.NO_ANSWER))
                .onSuccess(outcome::complete));
    return outcome;
  }

  private static Outcome outcome(long dueNanos, HttpClientResponse answer) {
    String after = answer.getHeader("Retry-After");
    boolean isSeconds = after != null && after.matches("\\d{1,6}");
    return new Outcome(
        dueNanos, System.nanoTime(), answer.statusCode(), isSeconds ? Integer.parseInt(after) : 0);
  }

  /** Runs the work on the event loop after a delay. */
  void later(Duration delay, Runnable work) {
    vertx.setTimer(Math.max(1, delay.toMillis()), timer -> work.run());
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
