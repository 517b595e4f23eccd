package io.lynxeye.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** What a management request says: its query, or the JSON object in its body. */
final class Parameters {

  private final Function<String, String> values;

  private Parameters(Function<String, String> values) {
    this.values = values;
  }

  /** The query alone. */
  static Parameters query(RoutingContext ctx) {
    return new Parameters(ctx.queryParams()::get);
  }

  /** As DJL Serving: the body where it says that it is JSON, else the query. */
  static Parameters of(RoutingContext ctx) {
    String type = ctx.request().getHeader("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return query(ctx);
    }
    JsonObject json = body(ctx);
    return new Parameters(
        name -> json.getValue(name) == null ? null : json.getValue(name).toString());
  }

  /**
   * The body as a JSON object; an empty one is an empty object.
   *
   * @throws HttpProblem 400 when it is neither
   */
  static JsonObject body(RoutingContext ctx) {
    byte[] body = BodyReader.take(ctx);
    try {
      return body.length == 0 ? new JsonObject() : Buffer.buffer(body).toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      throw HttpProblem.badRequest("the body is not a JSON object; correct it or leave it out");
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.apply(name)).filter(text -> !text.isBlank());
  }

  /**
   * A whole number.
   *
   * @throws HttpProblem 400 when it is something else
   */
  OptionalInt number(String name) {
    Optional<String> text = text(name);
    try {
      return text.isPresent() ? OptionalInt.of(Integer.parseInt(text.get())) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      throw HttpProblem.badRequest(
          name + "=" + Answers.printable(text.orElseThrow()) + " is not a whole number");
    }
  }

  /**
   * A number where those below 0 mean, as in DJL Serving, that nothing is said.
   *
   * @throws HttpProblem 400 when it is no number
   */
  OptionalInt count(String name) {
    OptionalInt number = number(name);
    return number.orElse(-1) < 0 ? OptionalInt.empty() : number;
  }

  /**
   * Yes or no.
   *
   * @throws HttpProblem 400 when it is something else
   */
  boolean isTrue(String name, boolean otherwise) {
    String text = text(name).orElse(Boolean.toString(otherwise));
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw HttpProblem.badRequest(
              name + "=" + Answers.printable(text) + " is neither true nor false");
    };
  }
}
