package io.lynxeye.http.exchange;

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
    ErrorHandler.answer(ctx, JsonErrors::djlBody);
  }

  /** Responds with {@code {"error"}}: TensorFlow Serving's and the Open Inference Protocol's. */
  public static void message(RoutingContext ctx) {
    ErrorHandler.answer(ctx, ErrorHandler::error);
  }

  public static ErrorHandler.Body djlBody(ErrorResponse error) {
    return ErrorHandler.json(
        new JsonObject()
            .put("code", error.status())
            .put("type", error.type())
            .put("message", error.message()));
  }
}
