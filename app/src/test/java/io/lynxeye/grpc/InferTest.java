package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.classes;
import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.numbers;
import static io.lynxeye.grpc.GrpcClient.pixels;
import static io.lynxeye.grpc.GrpcClient.rawImages;
import static io.lynxeye.grpc.GrpcClient.request;
import static io.lynxeye.grpc.GrpcClient.shown;
import static io.lynxeye.grpc.GrpcClient.strings;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.fakes.FakeModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scoring of images and values. */
class InferTest {

  @AutoClose private final TestServer server = TestServer.ready();
  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  @Test
  void anImageIsScored() {
    ModelInferResponse answer = client.infer(images("7").toBuilder().setId("mine").build());

    assertThat(answer.getModelName()).isEqualTo("fake");
    assertThat(answer.getModelVersion()).isEqualTo("1");
    assertThat(answer.getId()).isEqualTo("mine");
    assertThat(answer.getOutputsList()).hasSize(1);
    assertThat(answer.getOutputs(0).getName()).isEqualTo("scores");
    assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 10L);
    assertThat(numbers(answer, 0)).hasSize(10).contains(0.91f, 0.01f);
    assertThat(shown(answer)).containsExactly(7);
  }

  @Test
  void severalImagesAreAnsweredInOrder() {
    for (ModelInferRequest request : List.of(images("3", "1", "2"), rawImages("3", "1", "2"))) {
      ModelInferResponse answer = client.infer(request);

      assertThat(answer.getOutputs(0).getShapeList()).containsExactly(3L, 10L);
      assertThat(shown(answer)).containsExactly(3, 1, 2);
    }
  }

  private static float[] values(int... classes) {
    float[] values = new float[classes.length * FakeModel.VALUES];
    for (int i = 0; i < classes.length; i++) {
      values[i * FakeModel.VALUES] = classes[i];
    }
    return values;
  }

  @Test
  void valuesAreScoredAsTheyAre() {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : values(4, 5)) {
      contents.addFp32Contents(value);
    }

    ModelInferResponse answer =
        client.infer(request(pixels(2, 2, 2, 3).setContents(contents)).build());

    assertThat(shown(answer)).containsExactly(4, 5);
  }

  @Test
  void rawValuesAreLittleEndian() {
    float[] values = values(4, 5);
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);

    ModelInferResponse answer =
        client.infer(
            request(pixels(2, 2, 2, 3)).addRawInputContents(ByteString.copyFrom(raw)).build());

    assertThat(shown(answer)).containsExactly(4, 5);
  }

  @Test
  void theBestClassesHaveScoreIndexAndLabel() {
    ModelInferRequest request =
        images("7", "2").toBuilder().addOutputs(classes("scores", 2)).build();

    ModelInferResponse answer = client.infer(request);

    assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(answer.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
    assertThat(strings(answer, 0))
        .containsExactly("0.91:7:label 7", "0.01:0:label 0", "0.91:2:label 2", "0.01:0:label 0");
  }

  @Test
  void anOutputIsRequestedByName() {
    ModelInferRequest request =
        images("7").toBuilder()
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("scores"))
            .build();

    assertThat(shown(client.infer(request))).containsExactly(7);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', fake, 1",
    "fake, 1, fake, 1",
    "other-model, '', other-model, 3",
    "other-model, stable, other-model, 3"
  })
  void theModelIsTheOneThatIsNamed(String name, String version, String model, String number) {
    ModelInferResponse answer =
        client.infer(images("7").toBuilder().setModelName(name).setModelVersion(version).build());

    assertThat(answer.getModelName()).isEqualTo(model);
    assertThat(answer.getModelVersion()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void messagesMayBeCompressed(String compression) {
    assertThat(shown(client.blocking().withCompression(compression).modelInfer(images("1", "1"))))
        .containsExactly(1, 1);
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
  }
}
