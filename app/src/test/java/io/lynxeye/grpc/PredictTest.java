package io.lynxeye.grpc;

import static io.lynxeye.grpc.TensorFlowClient.images;
import static io.lynxeye.grpc.TensorFlowClient.label;
import static io.lynxeye.grpc.TensorFlowClient.model;
import static io.lynxeye.grpc.TensorFlowClient.shown;
import static io.lynxeye.grpc.TensorFlowClient.tensor;
import static io.lynxeye.grpc.TensorFlowClient.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusRequest;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.PredictRequest;
import io.lynxeye.protocols.tensorflow.serving.PredictResponse;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.TestCallers;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.fakes.RecordedRequests;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestSummary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** TensorFlow Serving's Predict. */
class PredictTest {

  private final RecordedRequests recorded = new RecordedRequests();

  @AutoClose
  private final TestServer server =
      TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(recorded)));

  @AutoClose private final GrpcClient channel = new GrpcClient(server.listenGrpc());
  private final TensorFlowClient client = new TensorFlowClient(channel);

  @AfterEach
  void everyPermitIsReleased() {
    server.model().release(1000);
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
  }

  private PredictResponse predict(PredictRequest request) {
    return client.blocking().predict(request);
  }

  private void assertRefused(PredictRequest request, String message) {
    assertThatThrownBy(() -> predict(request)).hasMessage(message);
  }

  @Test
  void imagesAreScoredInOrder() {
    PredictResponse answer = predict(images("3", "1", "2"));

    assertThat(answer.getModelSpec())
        .isEqualTo(
            ModelSpec.newBuilder()
                .setName("fake")
                .setVersion(Int64Value.of(1))
                .setSignatureName("serving_default")
                .build());
    assertThat(answer.getOutputsMap()).containsOnlyKeys("scores");
    TensorProto scores = answer.getOutputsOrThrow("scores");
    assertThat(scores.getDtype()).isEqualTo(DataType.DT_FLOAT);
    assertThat(scores.getTensorShape())
        .isEqualTo(tensor(DataType.DT_FLOAT, 3, 10).getTensorShape());
    assertThat(shown(answer)).containsExactly(3, 1, 2);
  }

  private static TensorProto.Builder pixels(int... classes) {
    return tensor(DataType.DT_FLOAT, classes.length, 2, 2, 3);
  }

  private static PredictRequest of(TensorProto.Builder tensor) {
    return PredictRequest.newBuilder()
        .setModelSpec(model("fake"))
        .putInputs("pixels", tensor.build())
        .build();
  }

  private static ByteBuffer values(int... classes) {
    ByteBuffer values =
        ByteBuffer.allocate(4 * classes.length * FakeModel.VALUES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < classes.length; i++) {
      values.putFloat(4 * i * FakeModel.VALUES, classes[i]);
    }
    return values;
  }

  @Test
  void valuesAreReadInBothEncodings() {
    TensorProto.Builder typed = pixels(4, 5);
    ByteBuffer values = values(4, 5);
    while (values.hasRemaining()) {
      typed.addFloatVal(values.getFloat());
    }
    TensorProto.Builder content = pixels(4, 5).setTensorContent(ByteString.copyFrom(values(4, 5)));

    assertThat(shown(predict(of(typed)))).containsExactly(4, 5);
    assertThat(shown(predict(of(content)))).containsExactly(4, 5);
    assertThat(shown(predict(of(pixels(6).addFloatVal(6))))).containsExactly(6);
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(ModelSpec.getDefaultInstance(), "fake", 1),
        Arguments.of(version("fake", 1), "fake", 1),
        Arguments.of(model("other-model"), "other-model", 3),
        Arguments.of(version("other-model", 3), "other-model", 3),
        Arguments.of(label("other-model", "stable"), "other-model", 3));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theModelIsTheOneThatIsNamed(ModelSpec asked, String name, long version) {
    PredictResponse answer = predict(images("7").toBuilder().setModelSpec(asked).build());

    assertThat(answer.getModelSpec().getName()).isEqualTo(name);
    assertThat(answer.getModelSpec().getVersion().getValue()).isEqualTo(version);
  }

  @Test
  void outputsAreThoseThatAreAskedFor() {
    PredictRequest tensors = images("tensors");
    PredictRequest.Builder scores = images("7").toBuilder().addOutputFilter("scores");

    assertThat(predict(tensors).getOutputsMap()).containsOnlyKeys("mask", "found");
    assertThat(predict(tensors).getOutputsOrThrow("mask").getIntValList())
        .containsExactly(1, 2, 3, 255);
    assertThat(predict(tensors).getOutputsOrThrow("found").getBoolValList()).containsExactly(true);
    assertThat(shown(predict(scores.build()))).containsExactly(7);
    assertRefused(
        scores.addOutputFilter("x").build(),
        "INVALID_ARGUMENT: the model has no output 'x'; it has scores");
  }

  @Test
  void aRequestThatCannotBeScoredIsRefusedWithTheReason() {
    PredictRequest.Builder request = images("7").toBuilder();
    assertRefused(
        request.setModelSpec(model("none")).build(),
        "NOT_FOUND: no model 'none' is available; available: [fake/1, other-model/3]");
    assertRefused(
        request.setModelSpec(version("fake", 2)).build(),
        "NOT_FOUND: no model 'fake' version 2 is available; available: [fake/1, other-model/3]");
    assertRefused(
        request.setModelSpec(label("fake", "!")).build(),
        "INVALID_ARGUMENT: version_label '!' is neither a version number nor a label");
    assertRefused(
        request.setModelSpec(model("fake").toBuilder().setSignatureName("x")).build(),
        "INVALID_ARGUMENT: the model has no signature 'x'; it has serving_default");
    assertRefused(images("bad"), "INVALID_ARGUMENT: this is not an image; send one");
    assertRefused(
        images("crash"),
        "INTERNAL: the server failed to answer this request; find its id in the server's log");
    assertRefused(
        of(tensor(DataType.DT_INT32, 1, 2, 2, 3)),
        "INVALID_ARGUMENT: input 'pixels' has datatype 'INT32', but the model takes FP32, or images as BYTES");
  }

  @Test
  void aMessageWithTooManyFieldsIsRefused() {
    try (TestServer large = TestServer.ready(Settings.DEFAULT.withMaxBody(1_000_000));
        GrpcClient connection = new GrpcClient(large.listenGrpc())) {
      TensorProto.Builder many = tensor(DataType.DT_STRING, 20_001);
      for (int i = 0; i < 20_001; i++) {
        many.addStringVal(ByteString.EMPTY);
      }
      assertThatThrownBy(() -> new TensorFlowClient(connection).blocking().predict(of(many)))
          .hasMessage(
              "INVALID_ARGUMENT: the message has more than 20,000 fields; send fewer elements, or tensor_content");
    }
    assertThatThrownBy(() -> predict(images("7".repeat(3000))))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: ");
  }

  @Test
  void memoryForRepeatedValuesIsReserved() throws Exception {
    PredictRequest request = of(pixels(6).addFloatVal(6));
    server.model().hold();
    var answer = PredictionServiceGrpc.newFutureStub(channel.channel()).predict(request);
    server.model().awaitCall();

    assertThat(server.requestLimiter().bytes())
        .isGreaterThanOrEqualTo(request.getSerializedSize() + 4L * FakeModel.VALUES);

    server.model().release(1);
    assertThat(shown(answer.get())).containsExactly(6);
  }

  @Test
  void aCallThatIsCancelledLeavesTheQueue() throws Exception {
    server.model().hold();
    var stub = PredictionServiceGrpc.newFutureStub(channel.channel());
    var running = stub.predict(images("1"));
    server.model().awaitCall();
    var waiting = stub.predict(images("2"));
    server.awaitRequests(2);

    waiting.cancel(true);
    server.awaitRequests(1);

    server.model().release(1);
    assertThat(shown(running.get())).containsExactly(1);
    assertThat(server.model().batchSizes()).containsExactly(1);
  }

  @Test
  void withoutAKeyNothingIsAnswered() {
    Protection keys =
        new Protection(
            new SecurityConfig(ConnectionLimits.DEFAULT, Optional.empty(), List.of()),
            Optional.of(TestCallers.key("good")),
            Optional.empty(),
            new FilePoller(Duration.ofMillis(20)));
    Metadata key = new Metadata();
    key.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), "good");
    try (TestServer closed = TestServer.ready(keys);
        GrpcClient connection = new GrpcClient(closed.listenGrpc())) {
      TensorFlowClient caller = new TensorFlowClient(connection);

      assertThatThrownBy(() -> caller.blocking().predict(images("7")))
          .hasMessageStartingWith("UNAUTHENTICATED: a valid key is needed");
      assertThatThrownBy(
              () ->
                  caller.blocking().getModelMetadata(GetModelMetadataRequest.getDefaultInstance()))
          .hasMessageStartingWith("UNAUTHENTICATED: ");
      assertThatThrownBy(
              () -> caller.models().getModelStatus(GetModelStatusRequest.getDefaultInstance()))
          .hasMessageStartingWith("UNAUTHENTICATED: ");
      assertThat(
              shown(
                  caller
                      .blocking()
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key))
                      .predict(images("7"))))
          .containsExactly(7);
    }
  }

  @Test
  void theCallersDeadlineIsKept() {
    server.model().hold();

    assertThatThrownBy(
            () ->
                PredictionServiceGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                    .predict(images("1")))
        .hasMessageStartingWith("DEADLINE_EXCEEDED");
  }

  @ParameterizedTest
  @CsvSource({"7, SUCCESS, 200", "bad, INVALID, 400", "crash, FAILED, 500"})
  void aCallIsObserved(String image, Outcome.Kind kind, int status) {
    var unused =
        PredictionServiceGrpc.newFutureStub(channel.channel()).predict(images(image, image));

    RequestSummary request = recorded.only();
    assertThat(request.protocol()).isEqualTo("grpc");
    assertThat(request.outcome().kind()).isEqualTo(kind);
    assertThat(request.status()).isEqualTo(status);
    assertThat(request.images()).isEqualTo(2);
    assertThat(request.model().name()).isEqualTo("fake");
    assertThat(request.call().path()).isEqualTo("/tensorflow.serving.PredictionService/Predict");
  }
}
