package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.fakes.RecordedRequests;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.observation.ModelCounters;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoringService;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose message does not arrive. */
class UploadDeadlineTest {

  /** The first 3 bytes of an uncompressed message of 100 bytes. */
  private static final byte[] HALF = {0, 0, 0, 0, 100, 1, 2, 3};

  private final RequestLimiter requestLimiter = new RequestLimiter(10, 10_000);
  private final RecordedRequests recorded = new RecordedRequests();
  private final Vertx vertx = Vertx.vertx();
  private GrpcEndpoint listener;
  private int port;

  @BeforeEach
  void listen() throws IOException {
    ModelRegistry registry = new ModelRegistry();
    ScoringService scoring =
        new ScoringService(
            new ModelResolver(registry, "fake"),
            (model, prepared, answer, decode) -> {},
            requestLimiter::available,
            TimeLimits.of(Duration.ofSeconds(1)),
            NanoClock.SYSTEM,
            ScoreListener.NONE);
    listener =
        new GrpcEndpoint(
            Settings.DEFAULT.config(),
            Protection.none(),
            new Tls(vertx, Optional.empty()),
            scoring,
            requestLimiter,
            registry,
            new ModelRepository(scoring.models(), registry, new ModelCounters(), TreeMap::new),
            List::of,
            new Health(() -> true, () -> true),
            recorded,
            Duration.ofSeconds(1));
    port = listener.open("127.0.0.1", 0);
  }

  @AfterEach
  void nothingIsHeld() {
    Awaitility.await()
        .until(
            () ->
                requestLimiter.arriving() == 0
                    && requestLimiter.bytes() == 0
                    && requestLimiter.requests() == 0);
    listener.shutdown(Duration.ZERO).join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private RawGrpc call(String method) throws IOException {
    return new RawGrpc(port).begin(method);
  }

  @Test
  void aCallWhoseMessageStallsIsEndedAndReleasesItsBytes() throws Exception {
    try (RawGrpc call = call("ModelInfer").send(HALF)) {
      Awaitility.await().until(() -> requestLimiter.arriving() == 1 && requestLimiter.bytes() == 3);

      call.awaitTrailers();

      assertThat(recorded.only().status()).isEqualTo(504);
    }
  }

  @Test
  void aStreamWhoseMessageStallsIsEnded() throws Exception {
    try (RawGrpc call = call("ModelStreamInfer").send(HALF)) {
      Awaitility.await().until(() -> requestLimiter.arriving() == 1);

      call.awaitTrailers();

      assertThat(recorded.only().status()).isEqualTo(504);
    }
  }

  @Test
  void aClientThatDisconnectsDuringTheUploadReleasesItsBytes() throws Exception {
    try (RawGrpc leaving = call("ModelInfer")) {
      leaving.send(HALF);
      Awaitility.await().until(() -> requestLimiter.arriving() == 1);
    }

    Awaitility.await().until(() -> requestLimiter.arriving() == 0 && requestLimiter.bytes() == 0);
  }

  @Test
  void aMessageWithoutEndOfStreamTakesNoPermitAndTheCallEnds() throws Exception {
    byte[] message = RawGrpc.messages(new byte[50], 1);
    try (RawGrpc call = call("ModelInfer").send(message)) {
      Awaitility.await().until(() -> requestLimiter.bytes() == 50);
      assertThat(requestLimiter.requests()).isZero();

      call.awaitTrailers();

      assertThat(recorded.only().status()).isEqualTo(504);
    }
  }

  @Test
  void aSecondMessageOfAUnaryCallKeepsNoPermit() throws Exception {
    try (RawGrpc call = call("ModelInfer")) {
      call.send(RawGrpc.messages(new byte[50], 2));

      Awaitility.await().until(() -> !recorded.ended().isEmpty());
      assertThat(requestLimiter.requests()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ModelInfer", "ModelStreamInfer", "ServerLive"})
  void aCallThatSendsNothingEnds(String method) throws Exception {
    try (RawGrpc call = call(method)) {
      call.awaitTrailers();
    }
  }

  @Test
  void aCallThatNeedsNoKeyHasTheSameDeadline() throws Exception {
    try (RawGrpc call = call("ServerLive").send(RawGrpc.messages(new byte[0], 1))) {
      call.awaitTrailers();

      Awaitility.await()
          .until(
              () ->
                  recorded
                      .others()
                      .contains("POST /inference.GRPCInferenceService/ServerLive 504"));
    }
  }

  @Test
  void anAnsweredStreamMayBeIdle() throws Exception {
    byte[] empty = RawGrpc.messages(new byte[0], 1);
    try (RawGrpc call = call("ModelStreamInfer").send(empty)) {
      assertThat(recorded.only().status()).isEqualTo(503); // There is no model.
      Awaitility.await()
          .during(Duration.ofMillis(1500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> recorded.ended().size() == 1);

      call.send(empty);

      Awaitility.await().until(() -> recorded.ended().size() == 2);
    }
  }
}
