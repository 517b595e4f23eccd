package io.lynxeye.serving.observation;

import java.time.Instant;

/**
 * A request as it arrived, in any protocol. Method and path come from the client: safe in a log
 * that escapes them, not in metric labels.
 *
 * @param method the HTTP method, or the protocol's own
 * @param path without the query
 * @param requestId printable; the response has it too
 * @param trace the trace that the request belongs to
 * @param began when the request arrived
 */
public record Call(
    String method, String path, String requestId, TraceContext trace, Instant began) {}
