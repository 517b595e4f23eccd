package io.lynxeye.bench.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends pictures over connections that it keeps, on one event loop: it shares the machine with what
 * it measures. Every future it hands out ends. Callable from any thread.
 */
public final class LoadClient implements AutoCloseable {

  /** More connections than any load here has requests under way: none waits for another. */
  private static final int CONNECTIONS = 8192;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final HttpClient client;
  private final RequestOptions request;
  private final boolean keepsBodies;

  private LoadClient(Target target, boolean keepsBodies) {
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
            .setIdleTimeout(PATIENCE.toMillis())
            .putHeader("Content-Type", "image/jpeg");
    target.headers().forEach(request::putHeader);
    this.keepsBodies = keepsBodies;
  }

  public static LoadClient of(Target target) {
    return new LoadClient(target, false);
  }

  /** One whose outcomes have the answers' bodies. */
  public static LoadClient keepingBodies(Target target) {
    return new LoadClient(target, true);
  }

  /**
   * Sends a body now.
   *
   * @param dueNanos when it should have been sent, by {@link System#nanoTime}
   * @return ends on the event loop, never exceptionally
   */
  public CompletableFuture<Outcome> send(Buffer body, long dueNanos) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    loop.runOnContext(
        now ->
            client
                .request(request)
                .compose(open -> open.send(body))
                .compose(
                    answer ->
                        answer.body().map(bytes -> outcome(dueNanos, answer.statusCode(), bytes)))
                .otherwise(failure -> outcome(dueNanos, Outcome.NO_ANSWER, Buffer.buffer()))
                .onSuccess(outcome::complete));
    return outcome;
  }

  private Outcome outcome(long dueNanos, int status, Buffer body) {
    return new Outcome(dueNanos, System.nanoTime(), status, keepsBodies ? body.toString() : "");
  }

  /**
   * Sends a part of a body, waits, and closes the connection unless there is an answer by then: a
   * client that has gone.
   *
   * @param bytes how much of the body is sent; all of it makes a complete request
   * @return ends once the connection is closed
   */
  public CompletableFuture<Void> abandon(Buffer body, int bytes, Duration after) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    loop.runOnContext(
        now ->
            client
                .request(request)
                .compose(open -> leave(open, body, bytes, after))
                .onComplete(left -> gone.complete(null)));
    return gone;
  }

  private Future<Void> leave(HttpClientRequest open, Buffer body, int bytes, Duration after) {
    open.putHeader("Content-Length", Integer.toString(body.length()));
    open.exceptionHandler(reset -> {}); // What is done below; nobody else wants to know.
    Future<Buffer> answer = open.response().compose(HttpClientResponse::body);
    Future<Void> sent = bytes == body.length() ? open.end(body) : open.write(body.slice(0, bytes));
    return sent.compose(done -> vertx.timer(Math.max(1, after.toMillis()), TimeUnit.MILLISECONDS))
        .compose(time -> answer.isComplete() ? Future.succeededFuture() : open.reset());
  }

  /** Runs it on the event loop, a moment from now. */
  void later(Duration delay, Runnable work) {
    vertx.setTimer(Math.max(1, delay.toMillis()), timer -> work.run());
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
