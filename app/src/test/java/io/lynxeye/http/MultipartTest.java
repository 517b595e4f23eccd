package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in multipart forms, as sent by {@code curl -F data=@image.jpg}. */
class MultipartTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  private static final String END = "--x--\r\n";

  private static String file(String field, String content) {
    return "--x\r\nContent-Disposition: form-data; name=\""
        + field
        + "\"; filename=\"image.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
        + content
        + "\r\n";
  }

  private static String text(String field, String content) {
    return "--x\r\nContent-Disposition: form-data; name=\""
        + field
        + "\"\r\n\r\n"
        + content
        + "\r\n";
  }

  private static HttpResponse<String> post(String type, String body) {
    return server.send(
        server.request("/score").header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> post(String body) {
    return post("multipart/form-data; boundary=x", body);
  }

  private static String best(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body())
        .getJsonArray("predictions")
        .getJsonObject(0)
        .getString("label");
  }

  @Test
  void theFileInFieldDataIsScored() {
    assertThat(best(post(file("data", "7") + END))).isEqualTo("label 7");
  }

  @Test
  void aFileInAnotherFieldIsScored() {
    assertThat(best(post(file("image", "7") + END))).isEqualTo("label 7");
  }

  @Test
  void ofSeveralFilesTheFirstIsScored() {
    assertThat(best(post(file("a", "3") + file("b", "7") + END))).isEqualTo("label 3");
  }

  @Test
  void ofSeveralFilesTheOneInFieldDataIsScored() {
    assertThat(best(post(file("a", "3") + file("data", "7") + END))).isEqualTo("label 7");
  }

  @Test
  void fieldsOfTextAreSkipped() {
    assertThat(best(post(text("title", "3") + file("picture", "7") + END))).isEqualTo("label 7");
  }

  @Test
  void aFieldDataWithoutAFileNameIsScored() {
    assertThat(best(post(text("data", "7") + END))).isEqualTo("label 7");
  }

  @Test
  void theContentTypeMayBeWrittenInAnyCaseAndTheBoundaryQuoted() {
    assertThat(best(post("Multipart/Form-Data; Boundary=\"x\"", file("data", "7") + END)))
        .isEqualTo("label 7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--x--\r\n",
        "--x\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n7\r\n--x--\r\n",
        "--y\r\nContent-Disposition: form-data; name=\"data\"; filename=\"f\"\r\n\r\n7\r\n--y--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"f\"\r\n\r\n7",
        "--x\r\nContent-Disposition: form-data\r\n\r\n7\r\n--x--\r\n",
        "--x\r\nnonsense",
        "--x",
        "--",
      })
  void aFormWithoutACompleteFileIsRefused(String form) {
    HttpResponse<String> answer = post(form);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("the multipart form");
  }

  @Test
  void anEmptyFileIsRefused() {
    HttpResponse<String> answer = post(file("data", "") + END);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("there is no image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other",
      })
  void aFormWithoutABoundaryIsRefused(String type) {
    assertThat(post(type, file("data", "7") + END).statusCode()).isEqualTo(400);
  }
}
