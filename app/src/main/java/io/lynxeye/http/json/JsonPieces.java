package io.lynxeye.http.json;

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

  private final Iterator<Iterator<String>> parts;
  private Iterator<String> part = List.<String>of().iterator();

  /**
   * @param parts in order; each is asked for when the one before it is written
   */
  public JsonPieces(Iterator<Iterator<String>> parts) {
    this.parts = parts;
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

  /** Some parts as one. */
  public static Iterator<String> joined(Iterator<Iterator<String>> parts) {
    return new Iterator<>() {
      private Iterator<String> current = List.<String>of().iterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && parts.hasNext()) {
          current = parts.next();
        }
        return current.hasNext();
      }

      @Override
      public String next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return current.next();
      }
    };
  }

  @Override
  public boolean hasNext() {
    while (!part.hasNext() && parts.hasNext()) {
      part = parts.next();
    }
    return part.hasNext();
  }

  @Override
  public Buffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Buffer piece = Buffer.buffer();
    while (piece.length() < PIECE_BYTES && hasNext()) {
      piece.appendString(part.next());
    }
    return piece;
  }
}
