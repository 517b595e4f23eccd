package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.pictures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.Telemetry;
import io.lynxeye.TestServer;
import io.lynxeye.TestServer.Settings;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.GrpcConfig;
import io.lynxeye.fakes.RecordedRequests;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.Outcome;
import io.lynxeye.scoring.RequestSummary;
import io.lynxeye.scoring.ScoringService;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port: who is let in, what is observed. */
class GrpcListenerTest {

  @Test
  void aTakenPortIsTold() throws Exception {
    try (TestServer server = TestServer.ready();
        ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> server.server().listenGrpc(new GrpcConfig("127.0.0.1", port)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot listen on 127.0.0.1:" + port + ": ")
          .hasMessageEndingWith("choose another with --grpc-port and --host");
    }
  }

  @Test
  void headersBeyondTheLimitAreRefused() {
    try (TestServer server = TestServer.ready();
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("big", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(17 * 1024));

      assertThatThrownBy(
              () ->
                  client
                      .blocking()
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                      .modelInfer(pictures("7")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(server.model().prepared()).isZero();
    }
  }

  /** Lets nobody in. */
  private static final class Closed implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      call.close(Status.UNAUTHENTICATED.withDescription("no key"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  @Test
  void aGuardMeetsACallBeforeItTakesAPlaceAndItsRefusalHasAnId() throws Exception {
    RecordedRequests recorded = new RecordedRequests();
    ModelRegistry registry = new ModelRegistry();
    Admission none = new Admission(0, 0);
    ScoringService scoring =
        new ScoringService(
            registry,
            "fake",
            (model, answer, decode) -> {},
            none::places,
            Duration.ofSeconds(1),
            NanoClock.SYSTEM);
    GrpcListener listener =
        new GrpcListener(
            Settings.DEFAULT.config(),
            scoring,
            none,
            registry,
            () -> true,
            recorded,
            List.of(new Closed()),
            InsecureServerCredentials.create());
    try (GrpcClient client = new GrpcClient(listener.open("127.0.0.1", 0))) {
      Status status = client.refusal(pictures("7"));

      assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(client.trailer("x-request-id")).isNotEmpty();
      assertThat(recorded.only().outcome()).isEqualTo(Outcome.of(Outcome.Kind.UNAUTHORIZED));
    } finally {
      listener.shutdown(Duration.ZERO).join();
    }
  }

  @ParameterizedTest
  @CsvSource({"7, SUCCESS, 200", "bad, INVALID, 400", "crash, FAILED, 500"})
  void aCallIsObserved(String picture, Outcome.Kind kind, int status) {
    RecordedRequests recorded = new RecordedRequests();
    try (TestServer server =
            TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded), List::of));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var unused = client.later().modelInfer(pictures(picture, picture));

      RequestSummary request = recorded.only();
      assertThat(request.protocol()).isEqualTo("grpc");
      assertThat(request.outcome().kind()).isEqualTo(kind);
      assertThat(request.status()).isEqualTo(status);
      assertThat(request.pictures()).isEqualTo(2);
      assertThat(request.model().name()).isEqualTo("fake");
      assertThat(request.bodyBytes()).isEqualTo(pictures(picture, picture).getSerializedSize());
      assertThat(request.call().path()).isEqualTo("/inference.GRPCInferenceService/ModelInfer");
    }
  }

  @Test
  void eachRequestOfAStreamIsObservedAndNoOtherCallIsTakenForOne() {
    RecordedRequests recorded = new RecordedRequests();
    try (TestServer server =
            TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded), List::of));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var answers = client.blocking().serverLive(ServerLiveRequest.getDefaultInstance());
      assertThat(answers.getLive()).isTrue();
      var stream = client.streaming().modelStreamInfer(new StreamAnswers());
      stream.onNext(pictures("1"));
      stream.onNext(pictures("bad"));
      stream.onCompleted();

      Awaitility.await().until(() -> recorded.ended().size() == 2);
      assertThat(recorded.ended())
          .extracting(RequestSummary::outcome)
          .containsExactly(Outcome.of(Outcome.Kind.SUCCESS), Outcome.of(Outcome.Kind.INVALID));
      assertThat(recorded.others())
          .containsExactly("POST /inference.GRPCInferenceService/ServerLive 200");
    }
  }
}
