package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, its files and its security policy; probes at the same address get the readiness. */
class PageDeliveryTest {

  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

  @AutoClose private static final TestServer server = TestServer.ready();

  private static HttpResponse<String> get(String path, String accept, String... headers) {
    return server.send(
        headers.length == 0
            ? server.request(path).header("Accept", accept)
            : server.request(path).header("Accept", accept).headers(headers));
  }

  private static HttpResponse<String> page() {
    return get("/", BROWSER);
  }

  @Test
  void aBrowserGetsThePage() {
    assertThat(page().statusCode()).isEqualTo(200);
    assertThat(page().headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page().body()).contains("<title>Lynxeye</title>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/plain", "application/json", "text/html;q=0", "text/*", "?"})
  void aProbeGetsTheReadiness(String accept) {
    assertThat(get("/", accept).body()).isEqualTo("Healthy");
  }

  @Test
  void aClientWithoutAcceptHeaderIsAProbe() {
    assertThat(server.get("/").body()).isEqualTo("Healthy");
  }

  @Test
  void aBrowserGetsThePageBeforeTheServerIsReady() {
    try (TestServer starting = TestServer.listening(TestServer.Settings.DEFAULT)) {
      assertThat(starting.send(starting.request("/").header("Accept", BROWSER)).statusCode())
          .isEqualTo(200);
      assertThat(starting.get("/").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void theResponseVariesByAccept() {
    assertThat(page().headers().allValues("Vary")).contains("Accept");
    assertThat(server.get("/").headers().firstValue("Vary")).hasValue("Accept");
  }

  @Test
  void thePolicyForbidsOtherHostsAndInlineScripts() {
    String policy = page().headers().firstValue("Content-Security-Policy").orElseThrow();

    assertThat(policy.split("; "))
        .contains(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'");
    assertThat(policy).doesNotContain("unsafe");
    assertThat(page().body()).doesNotContain("style=").doesNotContain("onclick");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Content-Type-Options, nosniff",
    "Referrer-Policy, no-referrer",
    "X-Frame-Options, DENY",
    "Cache-Control, no-cache",
    "Permissions-Policy, 'camera=(self), microphone=(), geolocation=()'",
  })
  void thePageIsProtected(String header, String value) {
    assertThat(page().headers().firstValue(header)).hasValue(value);
  }

  @Test
  void everyFileThatThePageLoadsExists() {
    List<String> named =
        Pattern.compile("(?:src|href)=\"([a-z]+/[^\"]+)\"")
            .matcher(page().body())
            .results()
            .map(MatchResult::group)
            .map(match -> match.replaceAll(".*\"(.*)\"", "$1"))
            .toList();

    assertThat(named).contains("page/page.css", "page/page.js", "page/lynx.jpg");
    assertThat(named)
        .allSatisfy(path -> assertThat(server.get("/" + path).statusCode()).isEqualTo(200));
  }

  @ParameterizedTest
  @CsvSource({
    "/page/page.js, text/javascript; charset=utf-8",
    "/page/page.css, text/css; charset=utf-8",
    "/page/favicon.svg, image/svg+xml",
    "/page/lynx.jpg, image/jpeg",
    "/docs/swagger-ui.css, text/css; charset=utf-8",
    "/docs/initializer.js, text/javascript; charset=utf-8",
  })
  void aFileHasItsContentType(String path, String type) {
    HttpResponse<String> answer = server.get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page/page.js", "/docs", "/openapi.json"})
  void aBrowserWithTheCurrentFileGets304(String path) {
    String etag = get(path, BROWSER).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = get(path, BROWSER, "If-None-Match", etag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/",
        "/page/index.html",
        "/page/nothing.js",
        "/page/..%2f..%2flogback.xml",
        "/page/%2e%2e%2flogback.xml",
        "/page/../logback.xml",
        "/page/page.js/x",
        "/docs/index.html",
        "/docs/swagger-initializer.js",
      })
  void noOtherFileOfTheProgramIsServed(String path) {
    HttpResponse<String> answer = server.get(path);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    assertThat(answer.body()).contains("nothing at this address");
  }

  @ParameterizedTest
  @CsvSource({"POST, 405", "DELETE, 405", "HEAD, 200", "OPTIONS, 204"})
  void theRootAddressKeepsItsMethods(String method, int status) {
    for (String path : List.of("/", "/page/page.js", "/docs", "/stats")) {
      assertThat(
              server
                  .send(
                      server
                          .request(path)
                          .header("Accept", BROWSER)
                          .method(method, BodyPublishers.noBody()))
                  .statusCode())
          .as(path)
          .isEqualTo(status);
    }
  }

  @Test
  void theDocsPageCannotReachOtherHosts() {
    String policy =
        server.get("/docs").headers().firstValue("Content-Security-Policy").orElseThrow();

    assertThat(policy.split("; "))
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'");
    assertThat(policy).doesNotContain("unsafe");
  }
}
