package io.lynxeye.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils requests. The same random numbers spoil them the same way. */
final class Mutator {

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "post");

  private static final List<String> WORDS =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "2147483648",
          "99999999999999999999",
          "1e400",
          "NaN",
          "null",
          "%",
          "%00",
          "%ff%fe",
          "%2e%2e%2f",
          "../../etc/passwd",
          "a b",
          "\u00e9",
          "';--",
          "{}",
          "[",
          "\"",
          "true",
          "*",
          "+",
          "/",
          "//",
          ";",
          "&",
          "=",
          "?",
          "#",
          ":",
          "@",
          "\\",
          "\t",
          "x-y.z",
          "latest",
          "${x}",
          "<b>");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: multipart/form-data; boundary=x",
          "Content-Type: multipart/form-data",
          "Content-Type: multipart/form-data; boundary=\"",
          "Content-Type: ;;;",
          "Content-Type: application/json",
          "Content-Encoding: gzip",
          "Accept: text/html;q=x",
          "Accept-Encoding: gzip, deflate, br;q=0",
          "Expect: something",
          "Host: ",
          "Host: a:b:c",
          "Host: \u00ff",
          "Origin: null",
          "Upgrade: websocket",
          "Upgrade: h2c",
          "HTTP2-Settings: AAMAAABkAAQAAP__",
          "Range: bytes=0-1",
          "Authorization: Basic !",
          "traceparent: 00-0-0-00",
          "x-request-id: \u00e9\u0001",
          "x-request-id: " + "i".repeat(200),
          "x-request-timeout-ms: 1",
          "x-request-timeout-ms: 9223372036854775807",
          "x-request-timeout-ms: 50",
          "Inference-Header-Content-Length: -1",
          "Inference-Header-Content-Length: 1",
          "Inference-Header-Content-Length: 2147483647",
          "Inference-Header-Content-Length: 99999999999",
          "Cookie: " + "c".repeat(5000),
          "X: " + "x".repeat(20_000),
          "NoColon",
          ": no name",
          "Bad Name: x",
          " folded: x",
          "X: \u0000",
          "X: a\rb");

  /** After these nobody knows where the request ends. */
  private static final List<String> FRAMES =
      List.of(
          "Content-Length: x",
          "Content-Length: -1",
          "Content-Length: 99999999999999999999",
          "Content-Length: 9223372036854775807",
          "Content-Length: 3000000000",
          "Content-Length: 5",
          "Content-Length: 1\r\nContent-Length: 2",
          "Content-Length: +3",
          "Content-Length: ",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 3",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: identity",
          "Transfer-Encoding: x",
          "Expect: 100-continue\r\nContent-Length: 10",
          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x");

  private static final List<String> JSONS =
      List.of(
          "[".repeat(20_000),
          "{\"a\":".repeat(5000),
          "{\"instances\":" + "[".repeat(900) + "]".repeat(900) + "}",
          "{\"instances\": [" + "9".repeat(2000) + "]}",
          "{\"instances\": [1e" + "9".repeat(100) + "]}",
          "{\"instances\": [{\"b64\": \"\"}]}",
          "{\"inputs\": {\"" + "k".repeat(60_000) + "\": 1}}",
          "{\"inputs\": [{\"name\": \"x\", \"shape\": [9223372036854775807, 9223372036854775807], \"datatype\": \"FP32\", \"data\": []}]}",
          "{\"inputs\": [{\"shape\": [99999999999999999999]}]}",
          "{\"inputs\": [{\"parameters\": {\"binary_data_size\": 9223372036854775807}}]}",
          "{\"parameters\": {\"timeout\": 9223372036854775807}, \"inputs\": [{}]}",
          "{\"outputs\": [{\"name\": \"x\", \"parameters\": {\"classification\": 2147483647}}], \"inputs\": [{}]}",
          "\ufeff{}",
          "{\"instances\": [\"\\ud800\"]}",
          "null",
          "{\"parameters\": null, \"ready\": null}");

  private final SplittableRandom random;

  Mutator(SplittableRandom random) {
    this.random = random;
  }

  /** Spoils one thing. */
  void spoil(Message message) {
    switch (random.nextInt(12)) {
      case 0 -> message.method = pick(METHODS);
      case 1, 2 -> message.target = spoilt(message.target);
      case 3 -> message.target += (message.target.contains("?") ? "&" : "?") + query();
      case 4, 5 -> message.headers.add(pick(HEADERS));
      case 6 -> frame(message);
      case 7 -> rareLine(message);
      case 8 -> message.body = pick(JSONS).getBytes(StandardCharsets.UTF_8);
      default -> message.body = spoilt(message.body);
    }
  }

  private String query() {
    List<String> names =
        List.of("topK", "output", "model_name", "model_version", "limit", "next_page_token", "a");
    return pick(names) + "=" + pick(WORDS);
  }

  private void frame(Message message) {
    message.headers.add(pick(FRAMES));
    message.isFramed = false;
  }

  private void rareLine(Message message) {
    switch (random.nextInt(3)) {
      case 0 -> message.version = pick(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTX/1", ""));
      case 1 -> message.target = "/" + "p".repeat(random.nextInt(10_000));
      default -> message.target = "http://other.example" + message.target;
    }
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A word put in, or a piece taken out. */
  private String spoilt(String text) {
    int at = random.nextInt(text.length() + 1);
    int to = at + random.nextInt(Math.min(6, text.length() - at + 1));
    return text.substring(0, at) + pick(WORDS) + text.substring(random.nextBoolean() ? at : to);
  }

  private byte[] spoilt(byte[] bytes) {
    if (bytes.length == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> flipped(bytes);
      case 2 -> doubled(bytes);
      default -> withWord(bytes);
    };
  }

  /** Some bytes are others; half of the time near the beginning, where headers are. */
  private byte[] flipped(byte[] bytes) {
    byte[] spoilt = bytes.clone();
    int reach = random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length;
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      spoilt[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    return spoilt;
  }

  private byte[] doubled(byte[] bytes) {
    ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
    int from = random.nextInt(bytes.length);
    spoilt.write(bytes, 0, from);
    spoilt.write(bytes, from / 2, bytes.length - from / 2);
    return spoilt.toByteArray();
  }

  private byte[] withWord(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return spoilt(text).getBytes(StandardCharsets.ISO_8859_1);
  }
}
