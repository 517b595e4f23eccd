package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.lynxeye.engine.EngineRing;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** ResNet50 over gRPC: encoded images, and pixels that the client has preprocessed. */
@Tag("engine")
class GrpcScoringTest {

  private static final int LYNX = 287;

  private static ModelInferResponse infer(GrpcClient client, ModelInferRequest.Builder request) {
    return client.infer(request.setModelName(EngineRing.PIXELS).build());
  }

  private static float lynx(ModelInferResponse answer) {
    assertThat(answer.getModelName()).isEqualTo(EngineRing.PIXELS);
    float[] scores = GrpcClient.numbers(answer, 0);
    for (int i = 0; i < scores.length; i++) { // In every row.
      assertThat(scores[i]).isLessThanOrEqualTo(scores[LYNX]);
    }
    return scores[LYNX];
  }

  /** Preprocesses an image like the server. */
  private static ByteString pixels(byte[] image) throws Exception {
    Preprocessing preprocessing =
        Preprocessing.from(EngineRing.source(EngineRing.PIXELS).manifest().arguments());
    FloatBuffer sample = FloatBuffer.allocate(preprocessing.sampleFloats());
    new ImageDecoder(DecodeLimits.defaults())
        .decode(image, new ImagePreprocessor(preprocessing), sample);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * preprocessing.sampleFloats()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(sample.array());
    return ByteString.copyFrom(bytes);
  }

  @Test
  void anImageAndItsPixelsHaveTheSameScores() throws Exception {
    byte[] image = EngineRing.sample("lynx");
    ByteString file = ByteString.copyFrom(image);
    try (RealServer server = RealServer.start();
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      float scored =
          lynx(
              infer(
                  client,
                  GrpcClient.request(
                      GrpcClient.bytes(1)
                          .setContents(InferTensorContents.newBuilder().addBytesContents(file)))));
      ByteString rows = pixels(image);
      String input = client.input(EngineRing.PIXELS);
      ModelInferResponse two =
          infer(
              client,
              GrpcClient.request(GrpcClient.pixels(2, 224, 224, 3).setName(input))
                  .addRawInputContents(rows.concat(rows)));

      assertThat(lynx(two)).isCloseTo(scored, within(0.05f));
      assertThat(two.getOutputs(0).getShape(0)).isEqualTo(2);
      assertThat(server.post("/score", image).body()).contains("\"index\":" + LYNX);
    }
  }
}
