package io.lynxeye.security;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A call that manages models, or tried to. Holds no secret: no header, no body, and of the query
 * only the parameters that are known to hold none.
 *
 * @param time of its arrival
 * @param requestId as in the response and in the server's log
 * @param port {@code management}, {@code http} or {@code grpc}
 * @param from the client's address
 * @param caller empty if the key was missing or not valid, or if no key is needed
 * @param action method and path, from the client
 * @param parameters of the call, from the client
 * @param status the HTTP status, or its equivalent; 0 = the client disconnected before the response
 * @param result {@code done}, {@code accepted} (it goes on after the response), {@code refused} or
 *     {@code failed}
 */
public record AuditEntry(
    Instant time,
    String requestId,
    String port,
    String from,
    Optional<Caller> caller,
    String action,
    Map<String, String> parameters,
    int status,
    String result) {

  public AuditEntry {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
  }

  /** The result that a status stands for. */
  public static String result(int status) {
    return switch (status) {
      case 202 -> "accepted";
      case 401, 403 -> "refused";
      default -> status >= 200 && status < 400 ? "done" : "failed";
    };
  }
}
