package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.bytes;
import static io.lynxeye.grpc.GrpcClient.classes;
import static io.lynxeye.grpc.GrpcClient.elements;
import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.pixels;
import static io.lynxeye.grpc.GrpcClient.rawImages;
import static io.lynxeye.grpc.GrpcClient.request;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.grpc.call.GrpcCall;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.repository.Unsupported;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals have cause and cure, and show nothing internal. */
class InferRefusalTest {

  @AutoClose private final TestServer server = TestServer.ready();
  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  @AfterEach
  void everyPermitIsReleased() {
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
    assertThat(shown(client.infer(images("7")))).containsExactly(7);
  }

  private static InferTensorContents contents(String image) {
    return InferTensorContents.newBuilder()
        .addBytesContents(ByteString.copyFromUtf8(image))
        .build();
  }

  private static ModelInferRequest with(String parameter, InferParameter.Builder value) {
    return images("7").toBuilder().putParameters(parameter, value.build()).build();
  }

  static Stream<Arguments> invalid() {
    ModelInferRequest seven = images("7");
    return Stream.of(
        arguments(images("bad"), "this is not an image; send one"),
        arguments(images("1", "bad"), "image 2 of 2: this is not an image; send one"),
        arguments(images(""), "there is no image; send a JPEG or PNG file as an element"),
        arguments(
            seven.toBuilder().clearInputs().build(),
            "input 'pixels' is missing; the model takes pixels: float [-1, 2, 2, 3]"),
        arguments(
            seven.toBuilder().addInputs(bytes(1).setContents(contents("8"))).build(),
            "the request has 2 inputs, but the model takes one: pixels: float [-1, 2, 2, 3]"),
        arguments(
            seven.toBuilder().setModelVersion("-1").build(),
            "model_version '-1' is neither a version number nor a label"),
        arguments(
            request(bytes(1).setName("x").setContents(contents("7"))).build(),
            "the model has no input 'x'; it takes 'pixels' (pixels: float [-1, 2, 2, 3]), or images"
                + " as 'image_bytes'"),
        arguments(
            request(bytes(1).setDatatype("INT8").setContents(contents("7"))).build(),
            "input 'image_bytes' of datatype INT8 must have its elements in contents.int_contents,"
                + " or in raw_input_contents"),
        arguments(
            request(bytes(1).setDatatype("INT9").setContents(contents("7"))).build(),
            "input 'image_bytes' has datatype 'INT9'; send one of [BOOL, UINT8, UINT16, UINT32,"
                + " UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES]"),
        arguments(
            request(pixels(1, 2, 2, 3).setDatatype("UINT8"))
                .addRawInputContents(ByteString.copyFrom(new byte[12]))
                .build(),
            "input 'pixels' has datatype 'UINT8', but the model takes FP32, or images as BYTES"),
        arguments(
            request(pixels(1, 2, 2, 3).setDatatype("FP16")).build(),
            "input 'pixels' of datatype FP16 must have its elements in raw_input_contents"),
        arguments(
            request(
                    pixels(1, 2, 2, 3)
                        .putParameters(
                            "shared_memory_region",
                            InferParameter.newBuilder().setStringParam("mine").build()))
                .build(),
            Unsupported.SHARED_MEMORY.message()),
        arguments(
            seven.toBuilder()
                .addOutputs(
                    InferRequestedOutputTensor.newBuilder()
                        .setName("scores")
                        .putParameters(
                            "shared_memory_region",
                            InferParameter.newBuilder().setStringParam("mine").build()))
                .build(),
            Unsupported.SHARED_MEMORY.message()),
        arguments(
            request(pixels(1, 1, 1, 1, 1, 1, 1, 1, 1)).build(),
            "a tensor has more than 8 dimensions"),
        arguments(
            request(bytes(2).setContents(contents("7"))).build(),
            "input 'image_bytes' has shape [2] and 1 elements; images are of shape [n] or [n, 1]"),
        arguments(
            request(bytes(1)).build(),
            "input 'image_bytes' of datatype BYTES must have its elements in"
                + " contents.bytes_contents, or in raw_input_contents"),
        arguments(
            request(pixels(1, 2, 2, 3).setContents(contents("7"))).build(),
            "input 'pixels' of datatype FP32 must have its elements in contents.fp32_contents, or"
                + " in raw_input_contents"),
        arguments(
            request(bytes(1).setContents(contents("7").toBuilder().addIntContents(1))).build(),
            "input 'image_bytes' of datatype BYTES must have its elements in"
                + " contents.bytes_contents, or in raw_input_contents"),
        arguments(
            seven.toBuilder().addRawInputContents(elements("7")).build(),
            "input 'image_bytes' has contents, and the request raw_input_contents; send one of"
                + " them"),
        arguments(
            rawImages("7").toBuilder().addRawInputContents(elements("7")).build(),
            "the request has 2 raw_input_contents, and 1 inputs; send one for each"),
        arguments(
            request(bytes(1)).addRawInputContents(elements("7").substring(0, 4)).build(),
            "the last element of a BYTES tensor is cut off; send 4 bytes of length, little-endian,"
                + " before the bytes of each"),
        arguments(
            request(pixels(1, 2, 2, 3)).addRawInputContents(elements("x")).build(),
            "an FP32 tensor has 5 bytes, which is not a multiple of 4"),
        arguments(
            request(pixels(1, 2, 2, 4))
                .addRawInputContents(ByteString.copyFrom(new byte[64]))
                .build(),
            "input 'pixels' has shape [1, 2, 2, 4], but the model takes pixels: float [-1, 2, 2,"
                + " 3]"),
        arguments(
            seven.toBuilder().addOutputs(classes("x", 1)).build(),
            "the model has no output 'x'; it has scores"),
        arguments(
            seven.toBuilder().addOutputs(classes("scores", -1)).build(),
            "parameter 'classification' is not a positive integer in int64_param"),
        arguments(
            with("timeout", InferParameter.newBuilder().setStringParam("soon")),
            "parameter 'timeout' is not a positive integer in int64_param"));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void aRefusalSaysWhatToChange(ModelInferRequest request, String message) {
    Status status = client.refusal(request);

    assertThat(status.getDescription()).isEqualTo(message);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(client.trailer("retry-after")).isNull();
  }

  @Test
  void anUnknownModelIsNotFound() {
    Status status = client.refusal(images("7").toBuilder().setModelName("x").build());

    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription()).startsWith("no model 'x' is available; available: ");
  }

  @Test
  void anEngineFailureShowsNothingInternal() {
    Status status = client.refusal(images("crash"));

    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .isEqualTo("the server failed to answer this request; find its id in the server's log");
    assertThat(client.trailer("x-request-id")).isNotEmpty();
  }

  @Test
  void aMessageBeyondTheLimitIsRefused() {
    Status status = client.refusal(images("7".repeat(TestServer.MAX_BODY)));

    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(server.model().prepared()).isZero();
  }

  private static final MethodDescriptor.Marshaller<byte[]> RAW =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          throw new UnsupportedOperationException();
        }
      };

  private void send(byte[] message) {
    var infer = GRPCInferenceServiceGrpc.getModelInferMethod();
    ClientCalls.blockingUnaryCall(
        client.channel(),
        infer.toBuilder(RAW, infer.getResponseMarshaller()).build(),
        CallOptions.DEFAULT,
        message);
  }

  @Test
  void bytesThatAreNotAMessageAreRefused() {
    assertThatThrownBy(() -> send(new byte[] {10, 100, 1}))
        .hasMessage("INVALID_ARGUMENT: the message is not a ModelInferRequest; check its .proto");
  }

  /** As over HTTP. */
  @Test
  void zeroIsTheSameAsNoParameter() {
    ModelInferRequest request =
        with("timeout", InferParameter.newBuilder().setInt64Param(0)).toBuilder()
            .addOutputs(classes("scores", 0))
            .build();

    assertThat(shown(client.infer(request))).containsExactly(7);
  }

  @Test
  void aMessageThatDecompressesBeyondTheLimitIsRefused() {
    ModelInferRequest large = images("7".repeat(TestServer.MAX_BODY));

    assertThatThrownBy(() -> client.blocking().withCompression("gzip").modelInfer(large))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: ");
    assertThat(server.model().prepared()).isZero();
  }

  @Test
  void theRequestIdIsReturned() {
    Metadata headers = new Metadata();
    headers.put(GrpcCall.REQUEST_ID, "mine");

    var unused =
        client
            .blocking()
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .modelInfer(images("7"));

    assertThat(client.trailer("x-request-id")).isEqualTo("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb"})
  void anUnsuitableRequestIdIsReplaced(String id) {
    Metadata headers = new Metadata();
    headers.put(GrpcCall.REQUEST_ID, id);

    var unused =
        client
            .blocking()
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .modelInfer(images("7"));

    assertThat(UUID.fromString(client.trailer("x-request-id"))).isNotNull();
  }

  @Test
  void aLongIdIsRefused() {
    Metadata headers = new Metadata();
    headers.put(GrpcCall.REQUEST_ID, "x".repeat(101));

    assertThatThrownBy(
            () ->
                client
                    .blocking()
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .modelInfer(images("7")))
        .hasMessageStartingWith("INVALID_ARGUMENT: the request id is longer than 100");
  }
}
