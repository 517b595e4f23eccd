package io.lynxeye.bench.load;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a free port that answers as a test wants, and records the requests. */
public final class FakeServer implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<Buffer> bodies = new CopyOnWriteArrayList<>();
  private final List<String> headers = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  /** Answers a request once its body is complete. */
  public interface Answering {
    void answer(HttpServerRequest request, Buffer body);
  }

  private FakeServer(Handler<HttpServerRequest> handler) {
    this.server = vertx.createHttpServer().requestHandler(handler);
    server.connectionHandler(connection -> connections.incrementAndGet());
  }

  public static FakeServer answering(Answering answering) {
    FakeServer[] self = new FakeServer[1];
    self[0] = new FakeServer(request -> self[0].take(request, answering));
    self[0].server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    return self[0];
  }

  /** Answers with a status after a number of milliseconds. */
  public static FakeServer of(int status, long millis) {
    return answering((request, body) -> answerLater(request, status, millis));
  }

  private static void answerLater(HttpServerRequest request, int status, long millis) {
    Vertx.currentContext()
        .owner()
        .setTimer(Math.max(1, millis), now -> request.response().setStatusCode(status).end("{}"));
  }

  /** Waits for a number of requests before it answers the first, then answers each immediately. */
  public static FakeServer waitingFor(int count) {
    List<HttpServerRequest> held = new ArrayList<>();
    AtomicInteger number = new AtomicInteger();
    return answering(
        (request, body) -> {
          held.add(request); // One event loop per server: there is no other thread.
          if (number.incrementAndGet() >= count) {
            held.forEach(one -> one.response().end("{}"));
            held.clear();
          }
        });
  }

  private void take(HttpServerRequest request, Answering answering) {
    request.exceptionHandler(gone -> {}); // Clients may leave.
    headers.add(String.valueOf(request.getHeader("x-test")));
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    request.response().endHandler(ended -> open.decrementAndGet());
    request
        .body()
        .onSuccess(
            body -> {
              bodies.add(body);
              answering.answer(request, body);
            });
  }

  public Target target() {
    return Target.of(URI.create("http://127.0.0.1:" + server.actualPort() + "/score"));
  }

  List<Buffer> bodies() {
    return bodies;
  }

  List<String> headers() {
    return headers;
  }

  int connections() {
    return connections.get();
  }

  int mostOpen() {
    return mostOpen.get();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
