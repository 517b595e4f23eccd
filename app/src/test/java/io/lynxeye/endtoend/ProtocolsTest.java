package io.lynxeye.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.EngineRing;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sample image has the same scores of the real ResNet50 in every protocol. */
@Tag("engine")
class ProtocolsTest {

  private static RealServer server;
  private static JsonArray expected;

  @BeforeAll
  static void start() throws Exception {
    server = RealServer.start();
    HttpResponse<String> answer = server.post("/score?output=probabilities", TestImages.lynx());
    assertThat(answer.statusCode()).isEqualTo(200);
    expected = new JsonArray(answer.body()).getJsonArray(0);
    assertThat(expected).hasSize(1000);
    assertThat(expected.getDouble(287)).isGreaterThan(0.5); // The lynx.
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static JsonObject ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static String b64() {
    return "{\"b64\": \"" + Base64.getEncoder().encodeToString(TestImages.lynx()) + "\"}";
  }

  /** Preprocesses the image like a client of a server that does not decode images. */
  private static byte[] values() throws Exception {
    Map<String, String> keys =
        new HashMap<>(EngineRing.source(EngineRing.PIXELS).manifest().arguments());
    keys.keySet().retainAll(Preprocessing.KEYS);
    ImagePreprocessor preprocessor = new ImagePreprocessor(Preprocessing.from(keys));
    byte[] values = new byte[Float.BYTES * preprocessor.sampleFloats()];
    FloatBuffer floats = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    new ImageDecoder(DecodeLimits.defaults()).decode(TestImages.lynx(), preprocessor, floats);
    return values;
  }

  private static HttpResponse<String> infer(String json, byte[] behind) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(UTF_8));
    body.writeBytes(behind);
    return server.post(
        "/v2/models/resnet50/infer",
        body.toByteArray(),
        "Inference-Header-Content-Length",
        Integer.toString(json.length()));
  }

  @Test
  void tensorFlowServingWithAnImageInBase64() throws Exception {
    String body = "{\"instances\": [" + b64() + ", {\"image_bytes\": " + b64() + "}]}";

    JsonObject answer = ok(server.post("/v1/models/resnet50:predict", body.getBytes(UTF_8)));

    assertThat(answer.getJsonArray("predictions")).containsExactly(expected, expected);
  }

  @Test
  void openInferenceWithAnImageAfterTheJson() throws Exception {
    byte[] file = TestImages.lynx();
    byte[] element = new byte[4 + file.length];
    ByteBuffer.wrap(element).order(ByteOrder.LITTLE_ENDIAN).putInt(file.length).put(file);
    String json =
        "{\"inputs\": [{\"name\": \"image_bytes\", \"shape\": [1], \"datatype\": \"BYTES\", \"parameters\": {\"binary_data_size\": %d}}]}"
            .formatted(element.length);

    JsonObject answer = ok(infer(json, element));

    assertThat(answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data"))
        .isEqualTo(expected);
  }

  @Test
  void openInferenceWithTheBestClassesOfARawImage() throws Exception {
    JsonObject metadata = ok(server.send("GET", "/v2/models/resnet50"));
    String output = metadata.getJsonArray("outputs").getJsonObject(0).getString("name");
    String json =
        "{\"inputs\": [{\"name\": \"image_bytes\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"%s\"]}], \"outputs\": [{\"name\": \"%s\", \"parameters\": {\"classification\": 1}}]}"
            .formatted(Base64.getEncoder().encodeToString(TestImages.lynx()), output);

    JsonObject answer = ok(server.post("/v2/models/resnet50/infer", json.getBytes(UTF_8)));

    assertThat(answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data").getString(0))
        .startsWith("0.")
        .endsWith(":287:lynx");
  }

  @Test
  void openInferenceWithTheModelsOwnInput() throws Exception {
    JsonObject metadata = ok(server.send("GET", "/v2/models/resnet50"));
    JsonObject input = metadata.getJsonArray("inputs").getJsonObject(0);
    assertThat(input.getJsonArray("shape").encode()).isEqualTo("[-1,224,224,3]");
    byte[] values = values();
    String json =
        "{\"inputs\": [{\"name\": \"%s\", \"shape\": [1, 224, 224, 3], \"datatype\": \"FP32\", \"parameters\": {\"binary_data_size\": %d}}]}"
            .formatted(input.getString("name"), values.length);

    JsonArray scores =
        ok(infer(json, values)).getJsonArray("outputs").getJsonObject(0).getJsonArray("data");

    for (int i = 0; i < 1000; i++) { // A different JPEG decoder made these pixels.
      assertThat(Math.abs(scores.getDouble(i) - expected.getDouble(i))).isLessThan(0.02);
    }
  }
}
