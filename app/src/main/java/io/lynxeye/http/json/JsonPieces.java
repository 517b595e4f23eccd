package io.lynxeye.http.json;

import io.lynxeye.serving.scoring.TensorJson;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A response body in JSON that is written while it is sent: it may have millions of numbers. Made
 * of parts, each of which is text in pieces.
 */
public final class JsonPieces implements Iterator<Buffer> {

  private static final int PIECE_BYTES = 64 * 1024;

  private final Iterator<String> text;

  /**
   * @param parts in order; each is asked for when the one before it is written
   */
  public JsonPieces(Iterator<Iterator<String>> parts) {
    this.text = TensorJson.joined(parts);
  }

  /** One part after the other. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static JsonPieces of(Iterator<String>... parts) {
    return new JsonPieces(Arrays.asList(parts).iterator());
  }

  /** A part that is one text. */
  public static Iterator<String> text(String text) {
    return List.of(text).iterator();
  }

  @Override
  public boolean hasNext() {
    return text.hasNext();
  }

  @Override
  public Buffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Buffer piece = Buffer.buffer();
    while (piece.length() < PIECE_BYTES && text.hasNext()) {
      piece.appendString(text.next());
    }
    return piece;
  }
}
