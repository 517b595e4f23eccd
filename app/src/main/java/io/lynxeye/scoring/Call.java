package io.lynxeye.scoring;

import java.time.Instant;

/**
 * A request as it came in, whatever its protocol. Method and path are the client's words: fit for a
 * log that escapes them, not for labels.
 *
 * @param method HTTP's, or the protocol's own
 * @param path without the query
 * @param requestId printable; the answer has it too
 * @param trace where it belongs
 * @param began when it came in
 */
public record Call(
    String method, String path, String requestId, TraceContext trace, Instant began) {}
