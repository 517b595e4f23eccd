package io.lynxeye.http.page;

import io.lynxeye.http.exchange.ForwardedPrefix;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * An OpenAPI document. Its paths are relative to the address of the server, which is {@code /}, or
 * the prefix that a proxy in front adds.
 */
public final class ApiDocument {

  private final Asset document;
  private volatile Prefixed prefixed = new Prefixed("", null);

  /** The document for the prefix that was asked for last: usually there is one proxy. */
  private record Prefixed(String prefix, Asset document) {}

  private ApiDocument(Asset document) {
    this.document = document;
  }

  /**
   * Reads a document.
   *
   * @param resource its path on the class path
   */
  public static ApiDocument read(String resource) {
    return new ApiDocument(Asset.read(resource));
  }

  /** Responds with the document. */
  public void send(RoutingContext ctx) {
    ForwardedPrefix.vary(ctx.request());
    at(ForwardedPrefix.of(ctx.request())).send(ctx);
  }

  private Asset at(String prefix) {
    if (prefix.isEmpty()) {
      return document;
    }
    Prefixed last = prefixed;
    if (!last.prefix.equals(prefix)) {
      JsonArray servers = new JsonArray().add(new JsonObject().put("url", prefix));
      JsonObject json = document.bytes().toJsonObject().put("servers", servers);
      last = new Prefixed(prefix, Asset.json(json));
      prefixed = last;
    }
    return last.document;
  }
}
