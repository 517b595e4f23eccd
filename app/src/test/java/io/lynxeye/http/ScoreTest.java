package io.lynxeye.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /score}: compatibility with clients of the Azure ML service. */
class ScoreTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  @Test
  void respondsWithTheModelAndItsBestClassesFirst() {
    HttpResponse<String> answer = server.post("/score", "7");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonObject json = new JsonObject(answer.body());
    assertThat(json.getString("model")).isEqualTo("fake");
    assertThat(json.getString("version")).isEqualTo("1");
    assertThat(json.getJsonArray("predictions")).hasSize(5);
    JsonObject best = json.getJsonArray("predictions").getJsonObject(0);
    assertThat(best.getInteger("index")).isEqualTo(7);
    assertThat(best.getString("label")).isEqualTo("label 7");
    assertThat(best.getFloat("probability")).isEqualTo(0.91f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/jpeg",
        "application/json",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain; charset=utf-16",
        "nonsense",
        ";;;=",
      })
  void theContentTypeDoesNotMatter(String type) {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/score")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("7")));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(server.post("/score", "7").body());
  }

  @Test
  void aChunkedBodyIsAccepted() {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/score")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("7".getBytes(UTF_8)))));

    assertThat(answer.body()).isEqualTo(server.post("/score", "7").body());
  }

  @Test
  void aClientThatOffersHttp2ContinuesWithHttp1() throws Exception {
    HttpClient offering = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer =
          offering.send(
              server.request("/score").POST(BodyPublishers.ofString("7")).build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void aClientThatWaitsForContinueGetsIt() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(
          "POST /score HTTP/1.1\nHost: x\nContent-Length: 1\nExpect: 100-continue\n\n");
      assertThat(connection.read().status()).isEqualTo(100);

      connection.write("7");
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }

  @Test
  void anOldClientWithoutHostAndKeepAliveIsServed() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("POST /score HTTP/1.0\nContent-Length: 1\n\n7");

      assertThat(connection.read().status()).isEqualTo(200);
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "10, 10", "1000, 10", "2147483647, 10"})
  void topKLimitsThePredictionsAndIsClampedToTheClasses(String topK, int predictions) {
    HttpResponse<String> answer = server.post("/score?topK=" + topK, "7");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getJsonArray("predictions")).hasSize(predictions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "abc", "", "1.5", "2147483648", "99999999999999999999"})
  void anInvalidTopKIsNamedInTheError(String topK) {
    HttpResponse<String> answer = server.post("/score?topK=" + topK, "7");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("message"))
        .isEqualTo("topK=" + topK + " is not a positive integer");
  }

  @Test
  void aLongParameterIsShortenedInTheError() {
    HttpResponse<String> answer = server.post("/score?topK=" + "x".repeat(1000), "7");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("topK=xxx").hasSizeLessThan(300);
  }

  @Test
  void allProbabilitiesComeAsTheOriginalServiceSentThem() {
    HttpResponse<String> answer = server.post("/score?output=probabilities", "2");

    JsonArray rows = new JsonArray(answer.body());
    assertThat(rows).hasSize(1);
    assertThat(rows.getJsonArray(0)).hasSize(10);
    assertThat(rows.getJsonArray(0).getFloat(2)).isEqualTo(0.91f);
    assertThat(rows.getJsonArray(0).getFloat(3)).isEqualTo(0.01f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "", "Probabilities"})
  void theErrorForAnUnknownOutputNamesTheValidOne(String output) {
    HttpResponse<String> answer = server.post("/score?output=" + output, "7");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("output=" + output).contains("use output=probabilities");
  }

  @Test
  void aQueryThatCannotBeDecodedIsAClientError() throws IOException {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.post("/score?topK=%zz", "7").read().status()).isEqualTo(400);
    }
  }

  @Test
  void theErrorForAnEmptyBodyShowsHowToSendAnImage() {
    HttpResponse<String> answer = server.post("/score", "");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("there is no image").contains("curl");
  }

  @Test
  void theErrorForAnInvalidImageHasTheReasonAndTheRequestId() {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/score")
                .header("x-request-id", "my-id")
                .POST(BodyPublishers.ofString("bad")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()))
        .isEqualTo(
            new JsonObject()
                .put("message", "this is not an image; send one")
                .put("requestId", "my-id"));
  }

  @Test
  void theAddressCanEndInASlash() {
    assertThat(server.post("/score/", "7").statusCode()).isEqualTo(200);
  }

  @Test
  void onlyTheCompleteAddressMatches() {
    assertThat(server.post("/scores", "7").statusCode()).isEqualTo(404);
    assertThat(server.post("/score/fake", "7").statusCode()).isEqualTo(404);
  }
}
