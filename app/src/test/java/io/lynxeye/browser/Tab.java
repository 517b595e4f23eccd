package io.lynxeye.browser;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A tab, with the actions of a user. */
public final class Tab implements AutoCloseable {

  private static final Map<String, Integer> KEY_CODES = Map.of("Tab", 9, "Enter", 13, " ", 32);

  private final DevTools devTools;
  private final String context;
  private final String session;
  private volatile KeyGate gate;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> failedLoads = new CopyOnWriteArrayList<>();

  Tab(DevTools devTools, String context) {
    this.devTools = devTools;
    this.context = context;
    JsonObject blank = new JsonObject().put("url", "about:blank").put("browserContextId", context);
    String target = devTools.call("Target.createTarget", blank).getString("targetId");
    this.session =
        devTools
            .call(
                "Target.attachToTarget",
                new JsonObject().put("targetId", target).put("flatten", true))
            .getString("sessionId");
    devTools.listen(session, this::noted);
    List.of("Page", "Runtime", "Log", "DOM").forEach(domain -> call(domain + ".enable"));
    size(1280, 900);
  }

  private JsonObject call(String method) {
    return call(method, new JsonObject());
  }

  private JsonObject call(String method, JsonObject parameters) {
    return devTools.call(session, method, parameters);
  }

  private void noted(JsonObject event) {
    JsonObject details = event.getJsonObject("params");
    switch (event.getString("method")) {
      case "Runtime.exceptionThrown" -> complaints.add(details.encode());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(details.getString("type"))) {
          complaints.add(details.encode());
        }
      }
      case "Fetch.requestPaused" -> gate.pass(details);
      case "Log.entryAdded" -> noteEntry(details.getJsonObject("entry"));
      default -> {}
    }
  }

  private void noteEntry(JsonObject entry) {
    if (entry.getString("source").equals("network")) {
      failedLoads.add(entry.getString("url") + ": " + entry.getString("text"));
    } else if (!entry.getString("level").equals("verbose")) {
      complaints.add(entry.encode());
    }
  }

  /**
   * From now on, requests for scores and statistics need this key, as on a server with keys.
   * Requests with the key are passed on to the real server.
   */
  public void askForKey(String key) {
    gate = new KeyGate(devTools, session, key);
    call("Fetch.enable", KeyGate.PATTERNS);
  }

  /** Returns role and name of each element of the accessibility tree with one of these roles. */
  public List<String> accessibleNodes(Set<String> roles) {
    return call("Accessibility.getFullAXTree").getJsonArray("nodes").stream()
        .map(JsonObject.class::cast)
        .filter(node -> !node.getBoolean("ignored"))
        .filter(node -> roles.contains(node.getJsonObject("role").getString("value")))
        .map(
            node ->
                node.getJsonObject("role").getString("value")
                    + ": "
                    + node.getJsonObject("name", new JsonObject()).getString("value", ""))
        .toList();
  }

  /** Errors, warnings and policy violations in the console. */
  public List<String> complaints() {
    return complaints;
  }

  /** Responses with an error status. */
  public List<String> failedLoads() {
    return failedLoads;
  }

  /** Opens an address and waits until it is loaded. */
  public void open(URI address) {
    call("Page.navigate", new JsonObject().put("url", address.toString()));
    await("location.href === '" + address + "' && document.readyState === 'complete'");
  }

  /** Evaluates an expression, awaiting promises. Returns a string, a number, a boolean or null. */
  public Object eval(String expression) {
    JsonObject answer =
        call(
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true)
                .put("userGesture", true));
    if (answer.containsKey("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.encode());
    }
    return answer.getJsonObject("result").getValue("value");
  }

  /** The text of the first element that matches. */
  public String text(String selector) {
    return (String) eval("document.querySelector(" + quoted(selector) + ").innerText");
  }

  /** The number of elements that match. */
  public int count(String selector) {
    return (Integer) eval("document.querySelectorAll(" + quoted(selector) + ").length");
  }

  public void click(String selector) {
    eval("document.querySelector(" + quoted(selector) + ").click()");
  }

  /** Waits until an expression is true. */
  public void await(String expression) {
    Awaitility.await(expression)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Boolean.TRUE.equals(eval(expression)));
  }

  /** Waits until this number of elements match. */
  public void awaitCount(String selector, int count) {
    await("document.querySelectorAll(" + quoted(selector) + ").length === " + count);
  }

  private static String quoted(String text) {
    return Json.encode(text);
  }

  /** Presses a key: {@code Tab}, {@code Enter} or a space. */
  public void press(String key) {
    JsonObject down =
        new JsonObject()
            .put("type", "keyDown")
            .put("key", key)
            .put("code", key.equals(" ") ? "Space" : key)
            .put("windowsVirtualKeyCode", KEY_CODES.get(key));
    if (!key.equals("Tab")) {
      down.put("text", key.equals("Enter") ? "\r" : key);
    }
    call("Input.dispatchKeyEvent", down);
    down.remove("text");
    call("Input.dispatchKeyEvent", down.put("type", "keyUp"));
  }

  /** Types into the focused element. */
  public void type(String text) {
    call("Input.insertText", new JsonObject().put("text", text));
  }

  /** Chooses files, as in the system's file dialog. */
  public void choose(String selector, Path... files) {
    Integer root = call("DOM.getDocument").getJsonObject("root").getInteger("nodeId");
    Integer node =
        call("DOM.querySelector", new JsonObject().put("nodeId", root).put("selector", selector))
            .getInteger("nodeId");
    call("DOM.setFileInputFiles", new JsonObject().put("nodeId", node).put("files", paths(files)));
  }

  /** Drags files from outside the browser and drops them at a position in the window. */
  public void drop(int x, int y, Path... files) {
    JsonObject data =
        new JsonObject()
            .put("items", new JsonArray())
            .put("files", paths(files))
            .put("dragOperationsMask", 1);
    for (String type : List.of("dragEnter", "dragOver", "drop")) {
      call(
          "Input.dispatchDragEvent",
          new JsonObject().put("type", type).put("x", x).put("y", y).put("data", data));
    }
  }

  private static JsonArray paths(Path... files) {
    return new JsonArray(List.of(files).stream().map(file -> file.toAbsolutePath() + "").toList());
  }

  /** Sets the size of the window. */
  public void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** Sets a media feature such as {@code prefers-color-scheme}. */
  public void prefer(String feature, String value) {
    JsonObject preference = new JsonObject().put("name", feature).put("value", value);
    call(
        "Emulation.setEmulatedMedia",
        new JsonObject().put("features", new JsonArray().add(preference)));
  }

  /** Writes a screenshot of the whole page as PNG. */
  public void screenshot(Path file) {
    await("document.getAnimations().every(one => one.playState !== 'running')");
    JsonObject options = new JsonObject().put("captureBeyondViewport", true);
    byte[] png =
        Base64.getDecoder().decode(call("Page.captureScreenshot", options).getString("data"));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    devTools.call(
        "Target.disposeBrowserContext", new JsonObject().put("browserContextId", context));
  }
}
