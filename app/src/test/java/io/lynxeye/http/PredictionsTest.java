package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /predictions/{model}[/{version}]}: compatibility with DJL Serving's clients. */
class PredictionsTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/predictions/fake",
        "/predictions/fake/1",
        "/predictions/other-model",
        "/predictions/other-model/3",
        "/predictions/fake/",
        "/predictions/fake/1/",
        "/predictions/f%61ke",
      })
  void respondsWithTheBestClassesFirst(String path) {
    HttpResponse<String> answer = server.post(path + "?topK=2", "7");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonArray predictions = new JsonArray(answer.body());
    assertThat(predictions).hasSize(2);
    JsonObject best = predictions.getJsonObject(0);
    assertThat(best.fieldNames()).isEqualTo(Set.of("className", "probability"));
    assertThat(best.getString("className")).isEqualTo("label 7");
    assertThat(best.getFloat("probability")).isEqualTo(0.91f);
  }

  @Test
  void aFormIsAccepted() {
    String form =
        String.join(
            "\r\n",
            "--x",
            "Content-Disposition: form-data; name=\"data\"; filename=\"image.jpg\"",
            "",
            "7",
            "--x--",
            "");

    HttpResponse<String> answer =
        server.send(
            server
                .request("/predictions/fake")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString(form)));

    assertThat(answer.body()).contains("label 7");
  }

  @Test
  void allProbabilitiesCanBeRequestedToo() {
    HttpResponse<String> answer = server.post("/predictions/fake?output=probabilities", "7");

    assertThat(new JsonArray(answer.body()).getJsonArray(0)).hasSize(10);
  }

  @ParameterizedTest(name = "{0} is answered {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /predictions/none      | 404 | ModelNotFoundException    | no model 'none' is available
          /predictions/none/1    | 404 | ModelNotFoundException    | no model 'none' version 1 is
          /predictions/fake/2    | 404 | ModelNotFoundException    | no model 'fake' version 2 is
          /predictions/fake/abc  | 404 | ModelNotFoundException    | no model 'fake' label 'abc' is
          /predictions/fake/0    | 404 | ModelNotFoundException    | no model 'fake' version 0 is
          /predictions/fake/20240131120000 | 404 | ModelNotFoundException | version 20240131120000 is
          /predictions/fake/9223372036854775807 | 404 | ModelNotFoundException | 9223372036854775807 is
          /predictions/fake/9223372036854775808 | 400 | BadRequestException | is larger than 922337203685477
          /predictions/fake/-1   | 400 | BadRequestException       | version=-1 is neither a version number
          /predictions/fake/1/2  | 404 | ResourceNotFoundException | nothing at this address
          /predictions/          | 404 | ResourceNotFoundException | nothing at this address
          /predictions           | 404 | ResourceNotFoundException | nothing at this address
          /prediction/fake       | 404 | ResourceNotFoundException | nothing at this address
          /predictions/fake?topK=0 | 400 | BadRequestException     | topK=0 is not a positive
          """)
  void errorsHaveTheFormOfDjlServing(String path, int status, String type, String message) {
    assertIsError(server.post(path, "7"), status, type, message);
  }

  @Test
  void aLabelNamesAVersion() {
    HttpResponse<String> answer = server.post("/predictions/other-model/stable", "7");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void otherOutputsAreSentAsTheModelMadeThem() {
    for (String path : List.of("/predictions/fake", "/score", "/score?output=probabilities")) {
      HttpResponse<String> answer = server.post(path, "content");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/x-fake");
      assertThat(answer.body()).isEqualTo("made by the model");
    }
  }

  @Test
  void theErrorForAnUnknownModelNamesTheAvailableOnes() {
    assertThat(server.post("/predictions/none", "7").body()).contains("[fake/1, other-model/3]");
  }

  @Test
  void anInvalidImageGetsAnErrorInTheFormOfDjlServing() {
    assertIsError(
        server.post("/predictions/fake", "bad"), 400, "InvalidInputException", "not an image");
  }

  private static void assertIsError(
      HttpResponse<String> answer, int status, String type, String message) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonObject error = new JsonObject(answer.body());
    assertThat(error.fieldNames()).isEqualTo(Set.of("code", "type", "message"));
    assertThat(error.getInteger("code")).isEqualTo(status);
    assertThat(error.getString("type")).isEqualTo(type);
    assertThat(error.getString("message")).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "%20, 404",
    "%00, 404",
    "%0d%0aSet-Cookie:%20a=b, 404",
    "%22%7D, 404",
    "fake%2e%2e, 404",
    "..%2f..%2fetc, 404",
    "%2F, 404",
    "%F0%9F%98%BA, 404",
    "%C3%28, 404",
    "%FF, 404",
    "<script>, 404",
    "fake;v=1, 404",
    "a+b, 404",
    "%zz, 400",
    "%, 400",
    "%4, 400",
  })
  void anUnusualNameIsNeverAServerError(String name, int status) throws IOException {
    try (RawConnection connection = server.connect()) {
      RawConnection.Answer answer = connection.post("/predictions/" + name, "7").read();

      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.header("x-request-id")).isNotEmpty();
      assertThat(answer.header("Set-Cookie")).isNull();
      assertThat(new JsonObject(answer.body()).getInteger("code")).isEqualTo(status);
    }
  }

  @Test
  void aVeryLongNameIsNotFound() {
    assertThat(server.post("/predictions/" + "a".repeat(3000), "7").statusCode()).isEqualTo(404);
  }
}
