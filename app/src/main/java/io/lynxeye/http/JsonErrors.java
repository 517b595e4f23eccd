package io.lynxeye.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Failure handlers for the two JSON forms of an error that several protocols share. */
public final class JsonErrors {

  private JsonErrors() {}

  /**
   * Responds with {@code {"code", "type", "message"}}: DJL Serving's form, and the form at
   * addresses that belong to no protocol.
   */
  public static void djl(RoutingContext ctx) {
    Failures.answer(ctx, JsonErrors::djlBody);
  }

  /** Responds with {@code {"error"}}: TensorFlow Serving's and the Open Inference Protocol's. */
  public static void message(RoutingContext ctx) {
    Failures.answer(ctx, Failures::error);
  }

  public static Failures.Body djlBody(ErrorAnswer error) {
    return Failures.json(
        new JsonObject()
            .put("code", error.status())
            .put("type", error.type())
            .put("message", error.message()));
  }
}
