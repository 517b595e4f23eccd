package io.lynxeye.bench.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the fuzzing begins: every row of {@code docs/conformance.md}, with pictures and a model
 * that the server has, and the administrators' addresses.
 *
 * @param model the default model's name
 * @param input the name of its input
 * @param pictures real ones; the first is the row's
 */
record Seeds(String model, String input, List<byte[]> pictures) {

  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern COUNT = Pattern.compile("\\{(\\d+) bytes}");
  private static final int SAMPLE_FLOATS = 224 * 224 * 3;

  /** Names no model that is there: by another method a model named would be deleted. */
  private static final List<String> ADMINISTRATION =
      List.of(
          "GET /models",
          "GET /models?limit=1&next_page_token=1",
          "GET /models/fuzzed",
          "GET /models/fuzzed/1",
          "POST /models?url=file:///nowhere/fuzzed&model_name=fuzzed&synchronous=true",
          "POST /models?url=fuzzed&batch_size=2&max_batch_delay=3&min_worker=1&max_worker=2",
          "PUT /models/fuzzed?min_worker=1&max_worker=2&synchronous=false",
          "PUT /models/fuzzed/1?max_worker=1",
          "DELETE /models/fuzzed",
          "DELETE /models/fuzzed/1",
          "POST /v2/repository/index",
          "POST /v2/repository/models/fuzzed/load",
          "POST /v2/repository/models/fuzzed/unload",
          "GET /metrics");

  List<Seed> all(Path conformance) throws IOException {
    List<Seed> seeds = new ArrayList<>();
    for (String line : Files.readAllLines(conformance)) {
      if (line.startsWith("| `")) {
        seeds.add(row(line.split("(?<!\\\\)\\|", -1)));
      }
    }
    for (byte[] picture : pictures) {
      seeds.add(scoring("/score", List.of(), picture));
      seeds.add(scoring("/predictions/" + model, List.of("Content-Type: image/png"), picture));
    }
    seeds.add(values(1f));
    seeds.add(values(3e38f));
    ADMINISTRATION.forEach(line -> seeds.add(administration(line)));
    return seeds;
  }

  private static Seed scoring(String path, List<String> headers, byte[] body) {
    return Seed.of(false, new Message("POST", path, headers, body));
  }

  private static Seed administration(String line) {
    String[] words = line.split(" ", 2);
    byte[] body = latin1(words[1].startsWith("/v2") ? "{\"ready\": true}" : "");
    return Seed.of(true, new Message(words[0], words[1], List.of(), body));
  }

  /** A whole sample in binary, each value the same. */
  private Seed values(float value) {
    String json =
        "{\"inputs\": [{\"name\": \"%s\", \"shape\": [1, 224, 224, 3], \"datatype\": \"FP32\", \"parameters\": {\"binary_data_size\": %d}}]}"
            .formatted(input, SAMPLE_FLOATS * Float.BYTES);
    ByteBuffer body =
        ByteBuffer.allocate(json.length() + SAMPLE_FLOATS * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(latin1(json));
    while (body.hasRemaining()) {
      body.putFloat(value);
    }
    return scoring(
        "/v2/models/" + model + "/infer",
        List.of("Inference-Header-Content-Length: " + json.length()),
        body.array());
  }

  private Seed row(String[] cells) {
    String[] request = real(code(cells[1])).split(" ", 2);
    String body = body(code(cells[3]).replace("\\r\\n", "\r\n"));
    int json = body.contains("\u0001") ? body.indexOf('\u0001') : body.length();
    List<String> headers = new ArrayList<>();
    Matcher header = CODE.matcher(cells[2]);
    while (header.find()) {
      headers.add(filled(header.group(1)).replace("{json}", Integer.toString(json)));
    }
    byte[] bytes = latin1(body.replace("\u0001", ""));
    return Seed.of(false, new Message(request[0], request[1], headers, bytes));
  }

  /** With a real picture instead of the text that stands for one there. */
  private String body(String body) {
    String picture = new String(pictures.get(0), StandardCharsets.ISO_8859_1);
    if (body.matches("\\d")) {
      return picture;
    }
    String base64 = Base64.getEncoder().encodeToString(pictures.get(0));
    return filled(real(binary(body)))
        .replaceAll("\"(Nw|Mw|MA)==\"", "\"" + base64 + "\"")
        .replaceFirst("\r\n\r\n\\d\r\n", Matcher.quoteReplacement("\r\n\r\n" + picture + "\r\n"));
  }

  /** What is between ⟦ and ⟧ as bytes; the first is marked. */
  private static String binary(String body) {
    int open = body.indexOf('⟦');
    if (open < 0) {
      return body;
    }
    String hex = body.substring(open + 1, body.indexOf('⟧')).replace(" ", "");
    byte[] bytes = HexFormat.of().parseHex(hex);
    return body.substring(0, open) + "\u0001" + new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String real(String text) {
    return text.replaceAll("\\b(fake|other-model)\\b", model).replace("pixels", input);
  }

  private static String filled(String text) {
    Matcher count = COUNT.matcher(text);
    return count.find() ? "x".repeat(Integer.parseInt(count.group(1))) : text;
  }

  private static String code(String cell) {
    Matcher code = CODE.matcher(cell);
    return code.find() ? code.group(1) : "";
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
