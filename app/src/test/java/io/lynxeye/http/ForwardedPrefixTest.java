package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents that name absolute paths, behind a proxy that sends {@code X-Forwarded-Prefix}. */
class ForwardedPrefixTest {

  private static final String HEADER = "X-Forwarded-Prefix";

  @AutoClose private static final TestServer server = TestServer.ready();
  private static final int management = server.open(Kind.MANAGEMENT);
  private static final HttpClient client = HttpClient.newHttpClient();

  private static HttpResponse<String> get(int port, String path, String prefix) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return client.send(request.header(HEADER, prefix).build(), BodyHandlers.ofString());
  }

  private static String servers(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonArray("servers").encode();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/lynx; /lynx",
        "/lynx/; /lynx",
        "/a/b-c.d_e~f; /a/b-c.d_e~f",
        "/outer, /inner; /outer/inner",
        "/; /",
        "lynx; /",
        "https://evil.example; /",
        "//evil.example; /",
        "/a\"b; /",
        "/a b; /",
        "/<b>; /",
        "javascript:x; /",
      })
  void theDocumentsNameThePrefixAsTheirServer(String prefix, String url) throws Exception {
    String wanted = "[{\"url\":\"" + url + "\"}]";

    assertThat(servers(get(server.port(), "/openapi.json", prefix))).isEqualTo(wanted);
    assertThat(servers(get(management, "/openapi.json", prefix))).isEqualTo(wanted);
    assertThat(servers(server.get("/openapi.json"))).isEqualTo("[{\"url\":\"/\"}]");
  }

  /** Patterns on a header of 16 KB took the event loop half a second. */
  @Test
  void aLongHeaderIsIgnored() throws Exception {
    String longest = "/lynx" + "/".repeat(195);

    assertThat(servers(get(server.port(), "/openapi.json", longest))).contains("\"/lynx\"");
    assertThat(servers(get(server.port(), "/openapi.json", longest + "/"))).contains("\"/\"");
  }

  @Test
  void theDocumentOfAPrefixHasATagOfItsOwn() throws Exception {
    HttpResponse<String> plain = server.get("/openapi.json");
    HttpResponse<String> prefixed = get(server.port(), "/openapi.json", "/lynx");

    assertThat(prefixed.headers().firstValue("ETag"))
        .isPresent()
        .isNotEqualTo(plain.headers().firstValue("ETag"));
    for (HttpResponse<String> answer : List.of(plain, prefixed)) {
      assertThat(answer.headers().allValues("Vary")).contains(HEADER);
    }
  }

  @Test
  void azuresDocumentHasThePrefixAsItsBasePath() throws Exception {
    JsonObject document = new JsonObject(get(server.port(), "/swagger.json", "/lynx").body());

    assertThat(document.getString("basePath")).isEqualTo("/lynx");
    assertThat(document.getJsonObject("paths").fieldNames()).containsExactly("/score");
  }
}
