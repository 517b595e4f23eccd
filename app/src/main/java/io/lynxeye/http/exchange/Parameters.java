package io.lynxeye.http.exchange;

import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The parameters of a request: its query, or the JSON object in its body. */
public final class Parameters {

  private final Function<String, String> values;

  private Parameters(Function<String, String> values) {
    this.values = values;
  }

  /** The parameters in the query. */
  public static Parameters query(RoutingContext ctx) {
    return new Parameters(ctx.queryParams()::get);
  }

  /** Returns the body if its Content-Type is JSON, otherwise the query, as in DJL Serving. */
  public static Parameters of(RoutingContext ctx) {
    String type = ctx.request().getHeader("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return query(ctx);
    }
    JsonObject json = body(ctx);
    json.forEach(
        one -> Exchange.of(ctx).bodyParameter(one.getKey(), String.valueOf(one.getValue())));
    return new Parameters(
        name -> json.getValue(name) == null ? null : json.getValue(name).toString());
  }

  /**
   * The body as a JSON object; an empty body is an empty object.
   *
   * @throws HttpException 400 when it is something else
   */
  public static JsonObject body(RoutingContext ctx) {
    byte[] body = Exchange.of(ctx).takeBody();
    try {
      return body.length == 0 ? new JsonObject() : Buffer.buffer(body).toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      throw HttpException.badRequest("the body is not a JSON object; correct it or leave it out");
    }
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.apply(name)).filter(text -> !text.isBlank());
  }

  /**
   * An integer.
   *
   * @throws HttpException 400 when it is something else
   */
  public OptionalInt number(String name) {
    return text(name)
        .map(text -> (int) number(name, text, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  /**
   * An integer from 0 on; in DJL Serving, a negative one means that the parameter is not set.
   *
   * @throws HttpException 400 when it is not an integer
   */
  public OptionalInt count(String name) {
    OptionalInt number = number(name);
    return number.orElse(-1) < 0 ? OptionalInt.empty() : number;
  }

  /**
   * A boolean.
   *
   * @throws HttpException 400 when it is something else
   */
  public boolean isTrue(String name, boolean otherwise) {
    String text = text(name).orElse(Boolean.toString(otherwise));
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw HttpException.badRequest(
              name + "=" + Excerpt.of(text) + " is neither true nor false");
    };
  }

  /**
   * Parses a positive integer.
   *
   * @throws HttpException 400 when the text is something else
   */
  public static int positive(String name, String text) {
    return (int) number(name, text, 1, Integer.MAX_VALUE);
  }

  /**
   * Parses an integer within bounds.
   *
   * @throws HttpException 400 when the text is something else
   */
  public static long number(String name, String text, long min, long max) {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of bounds is.
    }
    throw HttpException.badRequest(
        name
            + "="
            + Excerpt.of(text)
            + " is not a "
            + (min > 0 ? "positive integer" : "whole number"));
  }
}
