package io.lynxeye.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rows of {@code docs/conformance.md}. */
final class ConformanceTable {

  private static final Path FILE = Path.of("..", "docs", "conformance.md");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern BYTES = Pattern.compile("\\{(\\d+) bytes}");

  /**
   * A row.
   *
   * @param protocol the heading it is under
   * @param method of the request
   * @param path of the request, with its query
   * @param headers of the request
   * @param body of the request
   * @param status of the response
   * @param answerHeaders headers that the response must have
   * @param answer the response's body in the notation of the table; empty for none
   */
  @SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
  record Row(
      String protocol,
      String method,
      String path,
      Map<String, String> headers,
      byte[] body,
      int status,
      Map<String, String> answerHeaders,
      String answer) {

    @Override
    public String toString() {
      return protocol + ": " + method + " " + path + " " + headers + " -> " + status;
    }
  }

  private ConformanceTable() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    String protocol = "";
    for (String line : lines()) {
      if (line.startsWith("## ")) {
        protocol = line.substring(3);
      } else if (line.startsWith("| `")) {
        rows.add(row(protocol, line.split("(?<!\\\\)\\|", -1)));
      }
    }
    return rows;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(FILE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Row row(String protocol, String[] cells) {
    if (cells.length != 8) {
      throw new IllegalStateException("not 6 cells: " + String.join("|", cells));
    }
    String[] request = code(cells[1]).split(" ", 2);
    String body = code(cells[3]).replace("\\r\\n", "\r\n");
    Map<String, String> headers = headers(cells[2]);
    int json = body.contains("⟦") ? body.indexOf('⟦') : body.length();
    headers.replaceAll((name, value) -> filled(value).replace("{json}", Integer.toString(json)));
    return new Row(
        protocol,
        request[0],
        request[1],
        headers,
        bytes(filled(body)),
        Integer.parseInt(cells[4].trim()),
        headers(cells[5]),
        code(cells[6]));
  }

  private static String code(String cell) {
    Matcher code = CODE.matcher(cell);
    return code.find() ? code.group(1) : "";
  }

  private static Map<String, String> headers(String cell) {
    Map<String, String> headers = new LinkedHashMap<>();
    Matcher code = CODE.matcher(cell);
    while (code.find()) {
      String[] header = code.group(1).split(": ", 2);
      headers.put(header[0], header[1]);
    }
    return headers;
  }

  private static String filled(String text) {
    Matcher bytes = BYTES.matcher(text);
    return bytes.find() ? "x".repeat(Integer.parseInt(bytes.group(1))) : text;
  }

  /** Text, and the bytes between ⟦ and ⟧. */
  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int open = text.indexOf('⟦');
    String plain = open < 0 ? text : text.substring(0, open);
    bytes.writeBytes(plain.getBytes(StandardCharsets.UTF_8));
    if (open >= 0) {
      String hex = text.substring(open + 1, text.indexOf('⟧')).replace(" ", "");
      bytes.writeBytes(HexFormat.of().parseHex(hex));
    }
    return bytes.toByteArray();
  }
}
