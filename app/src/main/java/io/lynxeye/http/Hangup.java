package io.lynxeye.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Stops listening to a request that goes on arriving. */
final class Hangup {

  private static final long NO_ERROR = 0;

  private Hangup() {}

  /** In HTTP/2 other requests share the connection: its own stream alone ends. */
  static void of(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(NO_ERROR);
    } else {
      request.connection().close();
    }
  }
}
