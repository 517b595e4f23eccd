package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.protocols.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelMetadataRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A gRPC client, and the requests it sends. */
public final class GrpcClient implements AutoCloseable {

  private final ManagedChannel channel;
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>(new Metadata());

  public GrpcClient(int port) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /** A client over TLS that trusts this certificate. */
  public GrpcClient(int port, Path certificate) throws IOException {
    this(port, TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build());
  }

  public GrpcClient(int port, ChannelCredentials credentials) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Blocking calls, with a deadline that no test reaches. */
  public GRPCInferenceServiceBlockingStub blocking() {
    return GRPCInferenceServiceGrpc.newBlockingStub(
            ClientInterceptors.intercept(
                channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)))
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  public GRPCInferenceServiceFutureStub later() {
    return GRPCInferenceServiceGrpc.newFutureStub(channel);
  }

  public GRPCInferenceServiceStub streaming() {
    return GRPCInferenceServiceGrpc.newStub(channel);
  }

  public ModelInferResponse infer(ModelInferRequest request) {
    return blocking().modelInfer(request);
  }

  /** The name of a model's input. */
  public String input(String model) {
    ModelMetadataRequest request = ModelMetadataRequest.newBuilder().setName(model).build();
    return blocking().modelMetadata(request).getInputs(0).getName();
  }

  /** The status of a call that fails. */
  public Status refusal(ModelInferRequest request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> infer(request)).getStatus();
  }

  /** A trailer of the last call that ended, or null. */
  public String trailer(String name) {
    return trailers.get().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  /** A request with images in the input's contents. */
  public static ModelInferRequest images(String... texts) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    Stream.of(texts).map(ByteString::copyFromUtf8).forEach(contents::addBytesContents);
    return request(bytes(texts.length).setContents(contents)).build();
  }

  /** A request with images in raw_input_contents. */
  public static ModelInferRequest rawImages(String... texts) {
    return request(bytes(texts.length)).addRawInputContents(elements(texts)).build();
  }

  /** Each string after its length. */
  public static ByteString elements(String... texts) {
    ByteString all = ByteString.EMPTY;
    for (String text : texts) {
      ByteString element = ByteString.copyFromUtf8(text);
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      all = all.concat(ByteString.copyFrom(length.putInt(0, element.size()))).concat(element);
    }
    return all;
  }

  public static InferInputTensor.Builder bytes(int count) {
    return InferInputTensor.newBuilder()
        .setName("image_bytes")
        .setDatatype("BYTES")
        .addShape(count);
  }

  public static InferInputTensor.Builder pixels(long... shape) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName("pixels").setDatatype("FP32");
    for (long size : shape) {
      input.addShape(size);
    }
    return input;
  }

  public static ModelInferRequest.Builder request(InferInputTensor.Builder input) {
    return ModelInferRequest.newBuilder().setModelName("fake").addInputs(input);
  }

  public static InferRequestedOutputTensor classes(String output, int count) {
    return InferRequestedOutputTensor.newBuilder()
        .setName(output)
        .putParameters("classification", InferParameter.newBuilder().setInt64Param(count).build())
        .build();
  }

  /** The numbers of an answer's output. */
  public static float[] numbers(ModelInferResponse response, int output) {
    ByteBuffer data = response.getRawOutputContents(output).asReadOnlyByteBuffer();
    float[] numbers = new float[data.remaining() / 4];
    data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  /** The strings of an answer's output. */
  public static List<String> strings(ModelInferResponse response, int output) {
    ByteBuffer data = response.getRawOutputContents(output).asReadOnlyByteBuffer();
    data.order(ByteOrder.LITTLE_ENDIAN);
    List<String> strings = new ArrayList<>();
    while (data.hasRemaining()) {
      byte[] string = new byte[data.getInt()];
      data.get(string);
      strings.add(new String(string, StandardCharsets.UTF_8));
    }
    return strings;
  }

  /** The class that each image of an answer shows. */
  public static List<Integer> shown(ModelInferResponse response) {
    float[] scores = numbers(response, 0);
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > 0.9f) {
        shown.add(i % 10);
      }
    }
    return shown;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
