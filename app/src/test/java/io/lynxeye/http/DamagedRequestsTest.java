package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends valid requests with random damage: no response is a failure of the server or shows its
 * internals, and the server keeps working. Each request depends only on the seed and its number.
 */
class DamagedRequestsTest {

  private static final long SEED = 7;

  /** Method or version not known; overloaded or too late. */
  private static final Set<Integer> ALLOWED = Set.of(501, 503, 504, 505);

  private static final Pattern INTERNALS =
      Pattern.compile("\\bjava\\.[a-z]|\\bio\\.(lynxeye|vertx|netty)|com\\.fasterxml|ai\\.djl");

  private static final List<String> WORDS =
      words(
          "0 -1 2147483648 99999999999999999999 1e400 NaN null % %00 %ff%fe %2e%2e%2f a\tb \u00e9 {} ["
              + " ../../etc/passwd \" true * // ; & = ? # : @ \\ latest ${x} <b>");

  private static final List<String> METHODS =
      words("GET POST PUT DELETE HEAD OPTIONS PATCH TRACE BREW post");

  private static final List<String> HEADERS =
      lines(
          """
          Content-Type: multipart/form-data; boundary=x
          Content-Type: multipart/form-data; boundary="
          Content-Type: ;;;
          Content-Encoding: gzip
          Accept: text/html;q=x
          Accept-Encoding: gzip, deflate, br;q=0
          Expect: something
          Host: a:b:c
          Host: \u00ff
          Origin: null
          Upgrade: h2c
          Authorization: Basic !
          traceparent: 00-0-0-00
          x-request-id: \u00e9\u0001
          x-request-timeout-ms: 9223372036854775807
          x-request-timeout-ms: 1
          Inference-Header-Content-Length: -1
          Inference-Header-Content-Length: 2147483647
          NoColon
          : no name
          Bad Name: x
           folded: x
          X: \0""");

  /** After one of these, the server cannot know where the request ends. */
  private static final List<String> LENGTHS =
      lines(
          """
          Content-Length: x
          Content-Length: 9223372036854775807
          Content-Length: 5
          Content-Length: +3
          Transfer-Encoding: chunked
          Transfer-Encoding: gzip, chunked
          Expect: 100-continue""");

  private static final List<String> JSON =
      lines(
          """
          {"instances": [{"b64": ""}]}
          {"inputs": [{"name": "x", "shape": [9223372036854775807, 9223372036854775807]}]}
          {"inputs": [{"parameters": {"binary_data_size": 9223372036854775807}}]}
          {"parameters": {"timeout": 9223372036854775807}, "inputs": [{}]}
          {"instances": ["\\ud800"]}
          {"parameters": null, "ready": null}
          """
              + "[".repeat(1500));

  /** No model of this name exists, so that none is changed. */
  private static final List<String> MANAGEMENT =
      lines(
          """
          GET /models?limit=1&next_page_token=1
          GET /models/damaged/1
          POST /models?url=file:///nowhere/damaged&model_name=damaged&synchronous=true
          PUT /models/damaged/1?min_worker=1&max_worker=2&synchronous=false
          DELETE /models/damaged
          POST /v2/repository/index
          POST /v2/repository/models/damaged/load
          POST /v2/repository/models/damaged/unload
          GET /metrics""");

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static List<String> lines(String text) {
    return List.of(text.split("\n", -1));
  }

  private record Request(String method, String target, List<String> headers, String body) {}

  @Test
  void theServerKeepsWorkingAfterDamagedRequests() throws IOException {
    List<Request> valid =
        ConformanceTable.rows().stream()
            .filter(r -> r.status() < 500)
            .map(DamagedRequestsTest::request)
            .toList();
    try (TestServer server = TestServer.ready()) {
      send(server.port(), valid, 1000);

      server.awaitRequests(0);
      assertThat(server.post("/score", "7").body()).contains("label 7");
      assertThat(server.model().samples()).isZero();
      assertThat(server.model().misused()).isZero();
    }
  }

  @Test
  void theManagementPortKeepsWorkingAfterDamagedRequests(@TempDir Path store) throws IOException {
    List<Request> valid =
        MANAGEMENT.stream()
            .map(line -> line.split(" ", 2))
            .map(words -> new Request(words[0], words[1], List.of(), "{\"ready\": true}"))
            .toList();
    try (TestManagement management = new TestManagement(store).put("good", 1)) {
      send(management.port(), valid, 200);

      assertThat(management.send("GET", "/models").body()).contains("good");
    }
  }

  private static Request request(ConformanceTable.Row row) {
    List<String> headers = new ArrayList<>();
    row.headers().forEach((name, value) -> headers.add(name + ": " + value));
    String body = new String(row.body(), StandardCharsets.ISO_8859_1);
    return new Request(row.method(), row.path(), headers, body);
  }

  private static void send(int port, List<Request> valid, int count) throws IOException {
    int answered = 0;
    for (int number = 0; number < count; number++) {
      SplittableRandom random = new SplittableRandom(SEED * 1_000_003 + number);
      Request request = valid.get(random.nextInt(valid.size()));
      for (int damages = random.nextInt(1, 4); damages > 0; damages--) {
        request = damaged(request, random);
      }
      boolean hasUnknownEnd = random.nextInt(10) == 0;
      try (RawConnection connection = new RawConnection(port)) {
        String length = "Content-Length: " + request.body.length();
        connection.writeBytes(text(request, hasUnknownEnd ? pick(LENGTHS, random) : length));
        if (!hasUnknownEnd && isAnswered(connection, request, "request " + number)) {
          answered++;
        }
      }
    }
    assertThat(answered).isGreaterThan(count / 2);
  }

  private static String text(Request request, String length) {
    List<String> lines = new ArrayList<>();
    lines.add(request.method + " " + request.target + " HTTP/1.1");
    lines.add("Host: x");
    lines.addAll(request.headers);
    lines.add(length);
    lines.add("Connection: close");
    return String.join("\r\n", lines) + "\r\n\r\n" + request.body;
  }

  /** Checks the answer, if there is one; the server may also refuse by closing the connection. */
  private static boolean isAnswered(RawConnection connection, Request request, String name)
      throws SocketTimeoutException {
    try {
      RawConnection.Answer answer =
          request.method.equals("HEAD") ? connection.readHead() : connection.read();
      assertThat(answer.status())
          .as("%s: %s%n%s", name, request, answer)
          .matches(status -> status < 500 || ALLOWED.contains(status));
      assertThat(answer.body()).as("%s: %s", name, request).doesNotContainPattern(INTERNALS);
      return true;
    } catch (SocketTimeoutException e) {
      throw e; // Neither answered nor closed.
    } catch (IOException e) {
      return false;
    }
  }

  private static Request damaged(Request old, SplittableRandom random) {
    return switch (random.nextInt(9)) {
      case 0 -> new Request(pick(METHODS, random), old.target, old.headers, old.body);
      case 1, 2 -> new Request(old.method, damaged(old.target, random), old.headers, old.body);
      case 3 -> {
        String name = pick(List.of("topK", "output", "model_name", "limit"), random);
        String query = (old.target.contains("?") ? "&" : "?") + name + "=" + pick(WORDS, random);
        yield new Request(old.method, old.target + query, old.headers, old.body);
      }
      case 4, 5 -> {
        List<String> headers = new ArrayList<>(old.headers);
        headers.add(pick(HEADERS, random));
        yield new Request(old.method, old.target, headers, old.body);
      }
      case 6 -> new Request(old.method, old.target, old.headers, pick(JSON, random));
      case 7 -> new Request(old.method, old.target, old.headers, damaged(old.body, random));
      default -> new Request(old.method, old.target, old.headers, flipped(old.body, random));
    };
  }

  /** Inserts a word, in place of up to five characters. */
  private static String damaged(String text, SplittableRandom random) {
    int from = random.nextInt(text.length() + 1);
    int to = from + random.nextInt(Math.min(6, text.length() - from + 1));
    return text.substring(0, from) + pick(WORDS, random) + text.substring(to);
  }

  /** Changes up to eight bytes, and in half of all cases cuts the text off. */
  private static String flipped(String text, SplittableRandom random) {
    char[] chars = text.toCharArray();
    for (int i = 0; i < 8 && chars.length > 0; i++) {
      chars[random.nextInt(chars.length)] = (char) random.nextInt(256);
    }
    int length = random.nextBoolean() ? chars.length : random.nextInt(chars.length + 1);
    return new String(Arrays.copyOf(chars, length));
  }

  private static <T> T pick(List<T> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }
}
