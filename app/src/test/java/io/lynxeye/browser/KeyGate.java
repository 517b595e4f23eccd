package io.lynxeye.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Intercepts the requests of the page and requires a key, like a server with keys. */
final class KeyGate {

  /** The requests that it intercepts. */
  static final JsonObject PATTERNS =
      new JsonObject()
          .put(
              "patterns",
              new JsonArray()
                  .add(new JsonObject().put("urlPattern", "*/stats"))
                  .add(new JsonObject().put("urlPattern", "*/predictions/*")));

  private static final String REFUSAL = "{\"message\":\"a key is needed\"}";

  private final DevTools devTools;
  private final String session;
  private final String key;

  KeyGate(DevTools devTools, String session, String key) {
    this.devTools = devTools;
    this.session = session;
    this.key = key;
  }

  /** Passes a request on or responds with 401. Called on the socket's thread. */
  void pass(JsonObject paused) {
    JsonObject id = new JsonObject().put("requestId", paused.getString("requestId"));
    JsonObject headers = paused.getJsonObject("request").getJsonObject("headers");
    if (("Bearer " + key).equals(headers.getString("Authorization"))) {
      devTools.sendOnly(session, "Fetch.continueRequest", id);
    } else {
      byte[] body = REFUSAL.getBytes(StandardCharsets.UTF_8);
      id.put("responseCode", 401).put("body", Base64.getEncoder().encodeToString(body));
      devTools.sendOnly(session, "Fetch.fulfillRequest", id);
    }
  }
}
