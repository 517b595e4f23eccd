package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.connection.SlowBodyGuard;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.Requests;
import io.lynxeye.server.RawConnection;
import io.lynxeye.serving.admission.RequestLimiter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Bodies that arrive too slowly, or exceed the limit in total. */
class BodyReadingTest {

  private static final int MAX_BODY = 10;
  private static final Duration WAIT = Duration.ofMillis(300);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ConnectionLimits PATIENT = new ConnectionLimits(10, MINUTE, MINUTE, 1);
  private static final Vertx vertx = Vertx.vertx();

  private final RequestLimiter requestLimiter = new RequestLimiter(10, 12);
  private final AtomicBoolean hasPlace = new AtomicBoolean();

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  /** A server that responds with the body of the request. */
  private RawConnection connect(Duration limit) throws IOException {
    return connect(new ConnectionLimits(10, limit, Duration.ofMinutes(1), 1), limit);
  }

  private RawConnection connect(ConnectionLimits limits, Duration limit) throws IOException {
    return connect(limits, limit, WAIT);
  }

  private RawConnection connect(ConnectionLimits limits, Duration limit, Duration wait)
      throws IOException {
    Router router = Router.router(vertx);
    new Requests(request -> {}).mount(router);
    router
        .route()
        .handler(new SlowBodyGuard(limits, limit, 100))
        .handler(ctx -> expect(ctx, wait))
        .handler(new BodyReader(MAX_BODY, requestLimiter, wait))
        .handler(BodyReadingTest::respond)
        .failureHandler(ErrorHandler::djl);
    HttpServer server = vertx.createHttpServer().requestHandler(router).listen(0).await();
    return new RawConnection(server.actualPort());
  }

  private void expect(RoutingContext ctx, Duration wait) {
    Exchange.of(ctx)
        .waitsAs(
            "model",
            wait,
            () -> {
              hasPlace.set(true);
              return () -> hasPlace.set(false);
            });
    ctx.next();
  }

  private static void respond(RoutingContext ctx) {
    ctx.response().end(Buffer.buffer(Exchange.of(ctx).takeBody()));
  }

  @Test
  void aBodyThatDoesNotArriveInTimeIsDisconnectedAndItsPermitReleased() throws IOException {
    try (RawConnection slow = connect(Duration.ofMillis(200))) {
      slow.write("POST / HTTP/1.1\nHost: x\nContent-Length: 5\n\n123");
      RawConnection.Answer answer = slow.read();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(slow.isClosedByServer()).isTrue();
      Awaitility.await().until(() -> requestLimiter.arriving() == 0 && requestLimiter.bytes() == 0);
    }
  }

  /** 100 bytes per second after 200 ms. */
  @Test
  void aBodyThatArrivesTooSlowlyIsDisconnectedToo() throws IOException {
    var limits = new ConnectionLimits(10, Duration.ofMinutes(1), Duration.ofMillis(200), 100);
    try (RawConnection slow = connect(limits, Duration.ofMinutes(1))) {
      slow.write("POST / HTTP/1.1\nHost: x\nContent-Length: 5\n\n123");
      RawConnection.Answer answer = slow.read();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).contains("less than 100 bytes per second");
      assertThat(slow.isClosedByServer()).isTrue();
      Awaitility.await().until(() -> requestLimiter.arriving() == 0 && requestLimiter.bytes() == 0);
    }
  }

  @Test
  void aRefusedBodyThatKeepsArrivingIsDisconnectedToo() throws IOException {
    try (RawConnection slow = connect(Duration.ofMillis(200))) {
      slow.write("POST / HTTP/1.1\nHost: x\nContent-Length: 11\n\n123");

      assertThat(slow.read().status()).isEqualTo(413);
      assertThat(slow.isClosedByServer()).isTrue();
    }
  }

  @Test
  void eachBodyHasItsOwnTimeLimit() throws IOException {
    try (RawConnection connection = connect(Duration.ofMinutes(1))) {
      assertThat(connection.post("/", "123").read().body()).isEqualTo("123");
      assertThat(connection.post("/", "45").read().body()).isEqualTo("45");
    }
  }

  @Test
  void aConnectionOutlivesTheDeadlineOfABodyItHasSent() throws IOException {
    try (RawConnection connection = connect(Duration.ofMillis(200))) {
      assertThat(connection.post("/", "123").read().body()).isEqualTo("123");
      long sent = System.nanoTime();

      Awaitility.await().until(() -> System.nanoTime() - sent > 400_000_000L);

      assertThat(connection.post("/", "45").read().body()).isEqualTo("45");
    }
  }

  @Test
  void aBodyIsReadOnceAnotherReleasesItsBytes() throws IOException {
    try (RawConnection first = connect(MINUTE);
        RawConnection second = connect(PATIENT, MINUTE, MINUTE)) {
      first.write("POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n12345678");
      Awaitility.await().until(() -> requestLimiter.bytes() == 9); // What it announced.

      second.write("POST / HTTP/1.1\nHost: x\nContent-Length: 5\n\n12");
      Awaitility.await().until(() -> requestLimiter.waiting() == 1);
      assertThat(hasPlace).isTrue();
      assertThat(first.write("9").read().body()).isEqualTo("123456789");
      Awaitility.await().until(() -> requestLimiter.bytes() == 5);
      assertThat(hasPlace).isTrue(); // Until it is scored: otherwise a later request took it.

      assertThat(second.write("345").read().body()).isEqualTo("12345");
      Awaitility.await().until(() -> requestLimiter.bytes() == 0 && !hasPlace.get());
    }
  }

  @Test
  void aBodyThatWaitsTooLongForMemoryIsRefused() throws IOException {
    try (RawConnection first = connect(Duration.ofMinutes(1));
        RawConnection second = connect(Duration.ofMinutes(1))) {
      first.write("POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n");
      Awaitility.await().until(() -> requestLimiter.bytes() == 9);

      RawConnection.Answer refused = second.post("/", "12345").read();

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(first.write("123456789").read().body()).isEqualTo("123456789");
      assertThat(second.post("/", "12345").read().body()).isEqualTo("12345");
      assertThat(requestLimiter.waiting()).isZero();
    }
  }

  /** It announces nine bytes and sends one: within four seconds it keeps memory for no more. */
  @Test
  void aSlowBodyDoesNotHoldUpOthers() throws IOException {
    try (RawConnection slow = connect(MINUTE);
        RawConnection other = connect(PATIENT, MINUTE, MINUTE)) {
      slow.write("POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n1");
      Awaitility.await().until(() -> requestLimiter.bytes() == 9);

      assertThat(other.post("/", "12345").read().body()).isEqualTo("12345");

      assertThat(slow.write("23456789").read().body()).isEqualTo("123456789");
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedAlsoWhileOthersWait() throws IOException {
    try (RawConnection first = connect(Duration.ofMinutes(1));
        RawConnection large = connect(Duration.ofMinutes(1))) {
      first.write("POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n");
      Awaitility.await().until(() -> requestLimiter.bytes() == 9);

      assertThat(large.post("/", "12345678901").read().status()).isEqualTo(413);
    }
  }
}
