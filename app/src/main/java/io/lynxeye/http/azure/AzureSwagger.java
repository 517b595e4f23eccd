package io.lynxeye.http.azure;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ForwardedPrefix;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /swagger.json}: the description of {@code POST /score} that Azure ML clients read. */
final class AzureSwagger {

  private static final String FILE = "swagger.json";
  private static final String DOCUMENT =
      """
      {"swagger": "2.0", "info": {"title": "Lynxeye", "version": "1.0"}}
      """;
  private static final String SCORE =
      """
      {
        "post": {
          "operationId": "score",
          "summary": "Scores an image: send the bytes of its file, with any Content-Type",
          "consumes": ["image/jpeg", "application/octet-stream"],
          "produces": ["application/json"],
          "parameters": [
            {
              "name": "picture",
              "in": "body",
              "required": true,
              "schema": {"type": "string", "format": "binary"}
            }
          ],
          "responses": {
            "200": {"description": "The best classes, best first"},
            "default": {"description": "Why the image was not scored"}
          }
        }
      }
      """;

  private AzureSwagger() {}

  /** Sends the document, in Swagger 2.0, with the path next to which it was requested. */
  static void send(RoutingContext ctx) {
    String path = ctx.request().path();
    String score = path.substring(0, path.length() - FILE.length()) + "score";
    JsonObject document = new JsonObject(DOCUMENT);
    ForwardedPrefix.vary(ctx.request());
    String prefix = ForwardedPrefix.of(ctx.request());
    if (!prefix.isEmpty()) {
      document.put("basePath", prefix);
    }
    Answer.json(ctx, document.put("paths", new JsonObject().put(score, new JsonObject(SCORE))));
  }
}
