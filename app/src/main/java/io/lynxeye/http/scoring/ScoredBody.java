package io.lynxeye.http.scoring;

import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.Map;

/**
 * The body of a response to a scoring request, with the headers that describe it. They are set once
 * it is sent, so that an error in its place does not have them.
 *
 * @param headers besides the Content-Type
 * @param pieces at least one
 */
public record ScoredBody(String contentType, Map<String, String> headers, Iterator<Buffer> pieces) {

  private static final String JSON = "application/json";

  public ScoredBody {
    headers = Map.copyOf(headers);
  }

  /** A body in JSON. */
  public static ScoredBody json(Iterator<Buffer> pieces) {
    return new ScoredBody(JSON, Map.of(), pieces);
  }
}
