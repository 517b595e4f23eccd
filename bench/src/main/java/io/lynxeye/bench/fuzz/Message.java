package io.lynxeye.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request as text and bytes, of which any part may be spoilt. Strings are Latin-1. */
final class Message {

  String method;
  String target;
  String version = "HTTP/1.1";
  final List<String> headers = new ArrayList<>();
  byte[] body;

  /** Whether the server can know where it ends. */
  boolean isFramed = true;

  Message(String method, String target, List<String> headers, byte[] body) {
    this.method = method;
    this.target = target;
    this.headers.addAll(headers);
    this.body = body;
  }

  Message copy() {
    Message copy = new Message(method, target, headers, body);
    copy.version = version;
    copy.isFramed = isFramed;
    return copy;
  }

  boolean hasHeader(String name) {
    return headers.stream()
        .anyMatch(header -> header.regionMatches(true, 0, name, 0, name.length()));
  }

  /**
   * As it goes over the wire.
   *
   * @param host what it names, unless it names one itself
   * @param isLast whether the connection is to end after it
   */
  byte[] bytes(String host, boolean isLast) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(' ').append(version).append("\r\n");
    if (!hasHeader("Host:")) {
      head.append("Host: ").append(host).append("\r\n");
    }
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (isFramed && !(body.length == 0 && method.equals("GET"))) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    if (isLast) {
      head.append("Connection: close\r\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
