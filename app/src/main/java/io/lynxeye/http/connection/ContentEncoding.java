package io.lynxeye.http.connection;

import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** How a body was packed by its client, as its header {@code Content-Encoding} says. */
enum ContentEncoding {
  /** Not at all. */
  IDENTITY,
  /** RFC 1952. */
  GZIP,
  /** RFC 1950; also RFC 1951, because some clients take the name literally. */
  DEFLATE;

  private static final String HEADER = "Content-Encoding";
  private static final String ACCEPTED = "gzip, deflate";
  private static final Pattern COMMA = Pattern.compile(",");

  /**
   * Returns the encoding of a request's body.
   *
   * @throws HttpException 415 when there is another one, or more than one; the response has a
   *     header that lists those accepted
   */
  static ContentEncoding of(RoutingContext ctx) {
    List<String> names =
        ctx.request().headers().getAll(HEADER).stream()
            .flatMap(COMMA::splitAsStream)
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty() && !name.equals("identity"))
            .toList();
    if (names.isEmpty()) {
      return IDENTITY;
    }
    if (names.size() == 1) {
      switch (names.get(0)) {
        case "gzip", "x-gzip" -> {
          return GZIP;
        }
        case "deflate" -> {
          return DEFLATE;
        }
        default -> {}
      }
    }
    ctx.response().putHeader("Accept-Encoding", ACCEPTED);
    throw HttpException.unsupportedEncoding(
        "a body with Content-Encoding '%s' is not read; send it with gzip or deflate, or as it is"
            .formatted(Excerpt.of(String.join(", ", names))));
  }
}
