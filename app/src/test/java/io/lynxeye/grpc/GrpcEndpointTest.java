package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.protocols.inference.ServerReadyRequest;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.TestCallers;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.RecordedRequests;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestSummary;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The port: authentication, limits and observed calls. */
class GrpcEndpointTest {

  @Test
  void aPortInUseIsReported() throws Exception {
    try (TestServer server = TestServer.ready();
        ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  server
                      .server()
                      .open(new EndpointConfig(EndpointConfig.Kind.GRPC, "127.0.0.1", port)))
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
                      .modelInfer(images("7")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(server.model().prepared()).isZero();
    }
  }

  private static ServerLiveRequest padded(int bytes) {
    Field padding =
        Field.newBuilder().addLengthDelimited(ByteString.copyFrom(new byte[bytes])).build();
    return ServerLiveRequest.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(99, padding).build())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void aLargeMessageOfAMethodThatTakesNoImageIsRefused(String compression) {
    try (TestServer server = TestServer.ready(Settings.DEFAULT.withMaxBody(100_000));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var packing = client.blocking().withCompression(compression);

      assertThat(packing.serverLive(padded(3000)).getLive()).isTrue();
      assertThatThrownBy(() -> packing.serverLive(padded(5000)))
          .hasMessage(
              "RESOURCE_EXHAUSTED: the message is larger than 4096 bytes; send a smaller one");
    }
  }

  @Test
  void aConnectionBeyondTheLimitIsClosedAtOnce() throws Exception {
    try (TestServer server = TestServer.ready(few(2))) {
      int port = server.listenGrpc();
      RawGrpc silent = new RawGrpc(port);
      try (GrpcClient client = new GrpcClient(port);
          silent) {
        assertThat(shown(client.infer(images("7")))).containsExactly(7);

        try (RawGrpc third = new RawGrpc(port)) {
          third.awaitEnd();
        }

        assertThat(shown(client.infer(images("7")))).containsExactly(7);
      }
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                try (GrpcClient next = new GrpcClient(port)) {
                  assertThat(shown(next.infer(images("7")))).containsExactly(7);
                }
              });
    }
  }

  private static Protection few(int connections) {
    return new Protection(
        new SecurityConfig(ConnectionLimits.DEFAULT.with(connections), Optional.empty(), List.of()),
        Optional.empty(),
        Optional.empty(),
        new FilePoller(Duration.ofMillis(20)));
  }

  private static Protection protection(Authenticator... callers) {
    return new Protection(
        new SecurityConfig(ConnectionLimits.DEFAULT, Optional.empty(), List.of()),
        Stream.of(callers).findFirst(),
        Optional.empty(),
        new FilePoller(Duration.ofMillis(20)));
  }

  private static GRPCInferenceServiceBlockingStub showing(
      GrpcClient client, String header, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return client.blocking().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void withoutAKeyOnlyHealthChecksAreAnswered() {
    try (TestServer server = TestServer.ready(protection(TestCallers.key("good")));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      Status status = client.refusal(images("7"));

      assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(client.trailer("x-request-id")).isNotEmpty();
      for (String header : List.of("authorization", "x-api-key")) {
        assertThatThrownBy(() -> showing(client, header, "Bearer bad").modelInfer(images("7")))
            .hasMessageStartingWith("UNAUTHENTICATED: a valid key is needed");
      }
      assertThat(client.blocking().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
          .isTrue();
      assertThatThrownBy(() -> client.input("fake")).hasMessageStartingWith("UNAUTHENTICATED");
      assertThat(server.model().prepared()).isZero();
      assertThat(shown(showing(client, "authorization", "Bearer good").modelInfer(images("7"))))
          .containsExactly(7);
      assertThat(shown(showing(client, "x-api-key", "good").modelInfer(images("7"))))
          .containsExactly(7);
    }
  }

  @ParameterizedTest
  @CsvSource({"7, SUCCESS, 200", "bad, INVALID, 400", "crash, FAILED, 500"})
  void aCallIsObserved(String image, Outcome.Kind kind, int status) {
    RecordedRequests recorded = new RecordedRequests();
    try (TestServer server = TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded)));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var unused = client.later().modelInfer(images(image, image));

      RequestSummary request = recorded.only();
      assertThat(request.protocol()).isEqualTo("grpc");
      assertThat(request.outcome().kind()).isEqualTo(kind);
      assertThat(request.status()).isEqualTo(status);
      assertThat(request.images()).isEqualTo(2);
      assertThat(request.model().name()).isEqualTo("fake");
      assertThat(request.bodyBytes()).isEqualTo(images(image, image).getSerializedSize());
      assertThat(request.call().path()).isEqualTo("/inference.GRPCInferenceService/ModelInfer");
    }
  }

  @Test
  void aTimeLimitOfTheClientIsNotTheServers() {
    RecordedRequests recorded = new RecordedRequests();
    try (TestServer server = TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded)));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      server.model().hold();
      InferParameter micros = InferParameter.newBuilder().setInt64Param(100_000).build();

      client.refusal(images("1").toBuilder().putParameters("timeout", micros).build());

      assertThat(recorded.only().outcome().kind()).isEqualTo(Outcome.Kind.CLIENT_DEADLINE);
      assertThat(recorded.only().status()).isEqualTo(504);
      server.model().release(10);
    }
  }

  @Test
  void eachRequestOfAStreamIsObservedAsARequestToScore() {
    RecordedRequests recorded = new RecordedRequests();
    try (TestServer server = TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded)));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var answers = client.blocking().serverLive(ServerLiveRequest.getDefaultInstance());
      assertThat(answers.getLive()).isTrue();
      var stream = client.streaming().modelStreamInfer(new StreamAnswers());
      stream.onNext(images("1"));
      stream.onNext(images("bad"));
      stream.onCompleted();

      Awaitility.await().until(() -> recorded.ended().size() == 2);
      assertThat(recorded.ended())
          .extracting(request -> request.outcome().kind())
          .containsExactly(Outcome.Kind.SUCCESS, Outcome.Kind.INVALID);
      assertThat(recorded.others())
          .containsExactly("POST /inference.GRPCInferenceService/ServerLive 200");
    }
  }

  @Test
  void aStreamWithoutAKeyIsObserved() {
    RecordedRequests recorded = new RecordedRequests();
    Protection protection = protection(TestCallers.key("good"));
    try (TestServer server = TestServer.ready(protection, new Telemetry(List.of(recorded)));
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      StreamAnswers answers = new StreamAnswers();

      var unused = client.streaming().modelStreamInfer(answers);

      assertThat(answers.end().join().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(recorded.only().outcome().kind()).isEqualTo(Outcome.Kind.UNAUTHORIZED);
      assertThat(recorded.only().status()).isEqualTo(401);
      assertThat(recorded.only().protocol()).isEqualTo("grpc");
    }
  }
}
