package io.lynxeye.serving.scoring;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Numbers;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A tensor as JSON text: nested arrays, or the elements alone. The text comes in pieces, because a
 * tensor may have millions of numbers.
 */
public final class TensorJson implements Iterator<String> {

  /** How bytes that are not text are written. */
  public enum Bytes {
    /** {@code {"b64": "..."}}, as TensorFlow Serving. */
    B64_OBJECTS,
    /** A string in base64. */
    BASE64_STRINGS
  }

  private static final int ELEMENTS_PER_PIECE = 4096;

  private final Datatype type;
  private final ByteBuffer data;
  private final List<byte[]> strings;
  private final Bytes bytes;

  /** Elements in an array of each depth, outermost first; the last entry is 1. */
  private final long[] strides;

  private final long count;
  private long position;
  private boolean isStarted;

  private TensorJson(Tensor tensor, List<Long> sizes, Bytes bytes) {
    this.type = tensor.type();
    this.data = tensor.data();
    this.strings = tensor.strings();
    this.bytes = bytes;
    this.strides = new long[sizes.size() + 1];
    strides[sizes.size()] = 1;
    for (int i = sizes.size() - 1; i >= 0; i--) {
      strides[i] = strides[i + 1] * sizes.get(i);
    }
    this.count = tensor.count();
  }

  /** The tensor in nested arrays: {@code [[0.5,1.5]]}. */
  public static Iterator<String> nested(Tensor tensor, Bytes bytes) {
    return tensor.count() == 0
        ? List.of(empty(tensor.shape(), 0)).iterator()
        : new TensorJson(tensor, tensor.shape(), bytes);
  }

  /** The only row of a tensor, without the array around it: {@code [0.5,1.5]}. */
  public static Iterator<String> row(Tensor tensor, Bytes bytes) {
    List<Long> sizes = tensor.shape().subList(1, tensor.shape().size());
    return tensor.count() == 0
        ? List.of(empty(sizes, 0)).iterator()
        : new TensorJson(tensor, sizes, bytes);
  }

  /** The elements without any array: {@code 0.5,1.5}. */
  public static Iterator<String> flat(Tensor tensor, Bytes bytes) {
    return tensor.count() == 0 ? List.of("").iterator() : new TensorJson(tensor, List.of(), bytes);
  }

  /**
   * Checks that tensors can be written as JSON.
   *
   * @param max most elements of all tensors together
   * @throws InvalidInputException when there are more, or one is not a finite number; names the
   *     cure
   */
  public static void check(List<Tensor> tensors, long max) throws InvalidInputException {
    long count = tensors.stream().mapToLong(Tensor::count).sum();
    if (count > max) {
      throw new InvalidInputException(
          ("the response would have %,d numbers as JSON, more than the limit of %,d; ask for fewer"
                  + " outputs, for binary data (binary_data_output), or over gRPC")
              .formatted(count, max));
    }
    for (Tensor tensor : tensors) {
      if (!tensor.isFinite()) {
        throw new InvalidInputException(
            ("output '%s' has values that are not finite numbers, which JSON cannot express; send"
                    + " other values, or ask for binary data (binary_data_output) or over gRPC")
                .formatted(tensor.name()));
      }
    }
  }

  private static String empty(List<Long> sizes, int depth) {
    if (depth == sizes.size() || sizes.get(depth) == 0) {
      return "[]";
    }
    String inner = empty(sizes, depth + 1);
    StringBuilder text = new StringBuilder("[");
    for (long i = 0; i < sizes.get(depth); i++) {
      text.append(i == 0 ? "" : ",").append(inner);
    }
    return text.append(']').toString();
  }

  @Override
  public boolean hasNext() {
    return position < count;
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    StringBuilder text = new StringBuilder();
    long end = Math.min(count, position + ELEMENTS_PER_PIECE);
    for (; position < end; position++) {
      if (isStarted) {
        text.append(',');
      }
      isStarted = true;
      for (int depth = 0; depth < strides.length - 1; depth++) {
        if (position % strides[depth] == 0) {
          text.append('[');
        }
      }
      element(text);
      for (int depth = strides.length - 2; depth >= 0; depth--) {
        if ((position + 1) % strides[depth] == 0) {
          text.append(']');
        }
      }
    }
    return text.toString();
  }

  private void element(StringBuilder text) {
    switch (type) {
      case BYTES -> string(text, strings.get((int) position), bytes);
      case BOOL -> text.append(data.get() != 0);
      case FP64 -> text.append(data.getDouble());
      case FP32, FP16, BF16 -> text.append((float) Numbers.decimal(type, data));
      case UINT64 -> text.append(Long.toUnsignedString(data.getLong()));
      default -> text.append(Numbers.integer(type, data));
    }
  }

  /** Text is written as such, other bytes in base64. */
  private static void string(StringBuilder text, byte[] string, Bytes bytes) {
    try {
      CharSequence decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(string));
      text.append('"');
      JsonStringEncoder.getInstance().quoteAsString(decoded, text);
      text.append('"');
    } catch (CharacterCodingException e) {
      boolean isObject = bytes == Bytes.B64_OBJECTS;
      text.append(isObject ? "{\"b64\":\"" : "\"")
          .append(Base64.getEncoder().encodeToString(string))
          .append(isObject ? "\"}" : "\"");
    }
  }

  /** Some texts in pieces, one after the other; each is asked for when the one before it ends. */
  public static Iterator<String> joined(Iterator<Iterator<String>> texts) {
    return new Iterator<>() {
      private Iterator<String> current = List.<String>of().iterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && texts.hasNext()) {
          current = texts.next();
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

  /** The whole text of small tensors. */
  public static String text(Iterator<String> pieces) {
    StringBuilder text = new StringBuilder();
    pieces.forEachRemaining(text::append);
    return text.toString();
  }

  /** A string as JSON, with its quotes. */
  public static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
