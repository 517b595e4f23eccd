package io.lynxeye.browser;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A client of the Chrome DevTools Protocol: JSON messages over a web socket, with responses matched
 * by number and events by session.
 */
final class DevTools implements WebSocket.Listener {

  private static final int TIMEOUT_SECONDS = 60;

  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonObject>> listeners = new ConcurrentHashMap<>();
  private final StringBuilder message =
      new StringBuilder(); // Arrives in parts. Used on the socket's thread only.
  private WebSocket socket;

  private DevTools() {}

  static DevTools connect(URI address) {
    DevTools devTools = new DevTools();
    devTools.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, devTools).join();
    return devTools;
  }

  /** Subscribes to the events of a session. They are delivered on the socket's thread. */
  void listen(String session, Consumer<JsonObject> listener) {
    listeners.put(session, listener);
  }

  JsonObject call(String method, JsonObject parameters) {
    return send(new JsonObject().put("method", method).put("params", parameters));
  }

  JsonObject call(String session, String method, JsonObject parameters) {
    return send(
        new JsonObject().put("sessionId", session).put("method", method).put("params", parameters));
  }

  /**
   * Sends without waiting for the response, which the socket's thread could not receive while it
   * waits.
   */
  void sendOnly(String session, String method, JsonObject parameters) {
    var unused =
        begin(
            new JsonObject()
                .put("sessionId", session)
                .put("method", method)
                .put("params", parameters));
  }

  private JsonObject send(JsonObject call) {
    JsonObject answered = begin(call).orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    if (answered.containsKey("error")) {
      throw new IllegalStateException(call.encode() + ": " + answered.getJsonObject("error"));
    }
    return answered.getJsonObject("result");
  }

  /** Sends one message at a time, as the socket requires. */
  private synchronized CompletableFuture<JsonObject> begin(JsonObject call) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    calls.put(id, answer);
    socket.sendText(call.put("id", id).encode(), true).join();
    return answer;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
    message.append(part);
    if (isLast) {
      JsonObject whole = new JsonObject(message.toString());
      message.setLength(0);
      accept(whole);
    }
    from.request(1);
    return null;
  }

  private void accept(JsonObject received) {
    if (received.containsKey("id")) {
      calls.remove(received.getInteger("id")).complete(received);
      return;
    }
    Consumer<JsonObject> listener = listeners.get(received.getString("sessionId", ""));
    if (listener != null) {
      listener.accept(received);
    }
  }
}
