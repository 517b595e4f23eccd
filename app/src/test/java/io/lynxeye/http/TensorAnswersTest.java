package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Answers of a model that returns two tensors of five numbers: {@code mask} and {@code found}. */
class TensorAnswersTest {

  private static final String IMAGE =
      Base64.getEncoder().encodeToString("tensors".getBytes(StandardCharsets.UTF_8));
  private static final String TOO_MANY =
      "numbers as JSON, more than the limit of 4; ask for fewer outputs, for binary data"
          + " (binary_data_output), or over gRPC";

  @AutoClose private final TestServer server = TestServer.ready();

  @AutoClose private final TestServer limited = TestServer.ready(Settings.DEFAULT.withMaxJson(4));

  private static String infer(String output) {
    return "{\"inputs\":[{\"name\":\"image_bytes\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\""
        + IMAGE
        + "\"]}]"
        + output
        + "}";
  }

  private static String predict(String form) {
    String image = "{\"b64\":\"" + IMAGE + "\"}";
    return "{\"" + form + "\":[" + image + "," + image + "]}";
  }

  @Test
  void anImageGetsAllTensorsByName() {
    HttpResponse<String> answer = server.post("/predictions/fake", "tensors");

    assertThat(answer.body()).isEqualTo("{\"mask\":[[[1,2],[3,255]]],\"found\":[true]}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void rowsAndColumnsHaveAllTensorsByName() {
    assertThat(server.post("/v1/models/fake:predict", predict("instances")).body())
        .isEqualTo(
            "{\"predictions\":[{\"mask\":[[1,2],[3,255]],\"found\":true},"
                + "{\"mask\":[[1,2],[3,255]],\"found\":true}]}");
    assertThat(server.post("/v1/models/fake:predict", predict("inputs")).body())
        .isEqualTo(
            "{\"outputs\":{\"mask\":[[[1,2],[3,255]],[[1,2],[3,255]]],\"found\":[true,true]}}");
  }

  @Test
  void tensorsHaveTheirTypesAndShapes() {
    JsonObject answer = new JsonObject(server.post("/v2/models/fake/infer", infer("")).body());

    assertThat(answer.getJsonArray("outputs").encode())
        .isEqualTo(
            "[{\"name\":\"mask\",\"datatype\":\"UINT8\",\"shape\":[1,2,2],\"data\":[1,2,3,255]},"
                + "{\"name\":\"found\",\"datatype\":\"BOOL\",\"shape\":[1],\"data\":[true]}]");
  }

  @Test
  void binaryTensorsFollowTheJson() throws Exception {
    HttpResponse<byte[]> answer = binary(server);

    int json = Integer.parseInt(header(answer, "Inference-Header-Content-Length"));
    assertThat(Arrays.copyOfRange(answer.body(), json, answer.body().length))
        .containsExactly(1, 2, 3, 255, 1);
    assertThat(new String(answer.body(), 0, json, StandardCharsets.UTF_8))
        .endsWith(
            "\"outputs\":[{\"name\":\"mask\",\"datatype\":\"UINT8\",\"shape\":[1,2,2],"
                + "\"parameters\":{\"binary_data_size\":4}},{\"name\":\"found\",\"datatype\":"
                + "\"BOOL\",\"shape\":[1],\"parameters\":{\"binary_data_size\":1}}]}");
  }

  private static HttpResponse<byte[]> binary(TestServer to) throws Exception {
    String body = infer(",\"parameters\":{\"binary_data_output\":true}");
    return HttpClient.newHttpClient()
        .send(
            to.request("/v2/models/fake/infer").POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  @Test
  void moreNumbersThanTheLimitAreRefusedWithTheCureInEveryProtocol() {
    assertRefused(limited.post("/predictions/fake", "tensors"), 5);
    assertRefused(limited.post("/score", "tensors"), 5);
    assertRefused(limited.post("/v1/models/fake:predict", predict("instances")), 10);
    assertRefused(limited.post("/v1/models/fake:predict", predict("inputs")), 10);
    assertRefused(limited.post("/v2/models/fake/infer", infer("")), 5);

    limited.awaitRequests(0);
    assertThat(limited.requestLimiter().bytes()).isZero();
  }

  private static void assertRefused(HttpResponse<String> answer, int numbers) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("the response would have " + numbers + " " + TOO_MANY);
    assertThat(header(answer, "Content-Type")).startsWith("application/json");
  }

  @Test
  void theLimitIsForTensorsInJsonAlone() throws Exception {
    assertThat(binary(limited).statusCode()).isEqualTo(200);
    assertThat(limited.post("/predictions/fake", "7").statusCode()).isEqualTo(200); // Ten scores.
  }
}
