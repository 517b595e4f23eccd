package io.lynxeye.serving.layout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A message in protobuf's text format: fields with scalars, messages and lists of them. It needs no
 * schema, so it does not know whether a field exists.
 */
public final class ProtoText {

  private static final int MAX_DEPTH = 50;

  private final Map<String, List<Object>> fields = new LinkedHashMap<>();

  private ProtoText() {}

  /**
   * Parses a whole text.
   *
   * @throws IllegalArgumentException when it is not in the text format; names the line
   */
  public static ProtoText parse(String text) {
    Reader reader = new Reader(text);
    ProtoText message = reader.message("", 0);
    return message;
  }

  /** The names of the fields that are set, in their order. */
  Set<String> names() {
    return fields.keySet();
  }

  /** The messages of a field. */
  public List<ProtoText> messages(String field) {
    return fields.getOrDefault(field, List.of()).stream()
        .filter(ProtoText.class::isInstance)
        .map(ProtoText.class::cast)
        .toList();
  }

  /** The first message of a field. */
  public Optional<ProtoText> message(String field) {
    return messages(field).stream().findFirst();
  }

  /** The scalars of a field as text: numbers and enumerations as written, strings decoded. */
  public List<String> texts(String field) {
    return fields.getOrDefault(field, List.of()).stream()
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  /** The last scalar of a field, which is the one that counts. */
  public Optional<String> text(String field) {
    List<String> texts = texts(field);
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts.get(texts.size() - 1));
  }

  /**
   * A version policy of TensorFlow Serving or Triton as the value of {@code versions}; empty if it
   * is the usual one.
   */
  public Optional<String> versions() {
    if (fields.containsKey("all")) {
      return Optional.of("all");
    }
    return message("specific")
        .map(specific -> String.join(",", specific.texts("versions")))
        .or(
            () ->
                message("latest")
                    .flatMap(latest -> latest.text("num_versions"))
                    .map(count -> "latest:" + count));
  }

  /**
   * The last scalar of a field as a number.
   *
   * @throws IllegalArgumentException when it is not one
   */
  OptionalLong number(String field) {
    Optional<String> text = text(field);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.decode(text.get()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(field + ": " + text.get() + " is not an integer", e);
    }
  }

  /** Reads one text. */
  private static final class Reader {

    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    /**
     * @param end the bracket that ends the message; empty = the end of the text
     */
    ProtoText message(String end, int depth) {
      if (depth > MAX_DEPTH) {
        throw problem("messages are nested too deeply");
      }
      ProtoText message = new ProtoText();
      while (!skipTo(end)) {
        String name = name();
        List<Object> values = message.fields.computeIfAbsent(name, unseen -> new ArrayList<>());
        boolean hasColon = take(':');
        if (take('[')) {
          list(values, depth);
        } else {
          values.add(value(hasColon, depth));
        }
        if (!take(',')) {
          take(';');
        }
      }
      return message;
    }

    private void list(List<Object> values, int depth) {
      while (!take(']')) {
        values.add(value(true, depth));
        take(',');
      }
    }

    private Object value(boolean mayBeScalar, int depth) {
      if (take('{')) {
        return message("}", depth + 1);
      }
      if (take('<')) {
        return message(">", depth + 1);
      }
      if (!mayBeScalar) {
        throw problem("a value is expected");
      }
      if (peek() == '"' || peek() == '\'') {
        StringBuilder joined = new StringBuilder();
        while (peek() == '"' || peek() == '\'') { // Adjacent strings are one.
          quoted(joined);
        }
        return joined.toString();
      }
      return word();
    }

    /** A field's name; that of an extension is in brackets. */
    private String name() {
      if (take('[')) {
        int start = at;
        while (peek() != ']' && at < text.length()) {
          at++;
        }
        String name = text.substring(start, at);
        at = Math.min(at + 1, text.length());
        return name;
      }
      return word();
    }

    private String word() {
      skip();
      int start = at;
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      if (start == at) {
        throw problem(
            at < text.length() ? "'" + text.charAt(at) + "' is unexpected" : "the end is missing");
      }
      return text.substring(start, at);
    }

    private static boolean isWord(char c) {
      return Character.isLetterOrDigit(c) || "_-+./".indexOf(c) >= 0;
    }

    private void quoted(StringBuilder into) {
      char quote = text.charAt(at++);
      while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
        char c = text.charAt(at++);
        into.append(c == '\\' && at < text.length() ? escaped(text.charAt(at++)) : c);
      }
      if (at >= text.length() || text.charAt(at) != quote) {
        throw problem("the end of a string is missing");
      }
      at++;
    }

    private static char escaped(char c) {
      return switch (c) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        default -> c;
      };
    }

    /** Whether the message ends here; takes its bracket. */
    private boolean skipTo(String end) {
      skip();
      if (at >= text.length()) {
        if (end.isEmpty()) {
          return true;
        }
        throw problem("'" + end + "' is missing");
      }
      return !end.isEmpty() && take(end.charAt(0));
    }

    private boolean take(char wanted) {
      if (peek() == wanted) {
        at++;
        return true;
      }
      return false;
    }

    /** The next character that is neither white space nor a comment; 0 at the end. */
    private char peek() {
      skip();
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skip() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '#') {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        } else if (Character.isWhitespace(c) || c == '\uFEFF') {
          at++;
        } else {
          return;
        }
      }
    }

    private IllegalArgumentException problem(String what) {
      long line = text.substring(0, Math.min(at, text.length())).lines().count();
      return new IllegalArgumentException("line " + Math.max(1, line) + ": " + what);
    }
  }
}
