package io.lynxeye.bench.rollout;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A model's rollout on a running server, through its management port. */
final class RolloutControl {

  /**
   * What a server has compared.
   *
   * @param images compared since the trial began, also before the share was changed
   * @param offered images that the share chose, since it was changed
   * @param dropped of these, those that were not compared
   */
  record Counts(long images, long offered, long dropped) {

    static Counts of(JsonObject status) {
      JsonElement dropped = status.get("dropped");
      return new Counts(
          number(status, "images"),
          number(status, "offered"),
          dropped == null
              ? 0
              : dropped.getAsJsonObject().entrySet().stream()
                  .mapToLong(reason -> reason.getValue().getAsLong())
                  .sum());
    }

    private static long number(JsonObject status, String name) {
      return status.has(name) ? status.get(name).getAsLong() : 0;
    }

    Counts since(Counts before) {
      return new Counts(images - before.images, offered - before.offered, dropped - before.dropped);
    }
  }

  private static final int POLL_MILLIS = 100;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;
  private final Duration atMost;

  /**
   * Sends nothing yet.
   *
   * @param management the address of the management port
   * @param atMost how long a change of the share may take
   */
  RolloutControl(URI management, String model, Duration atMost) {
    this.address = management.resolve("/models/" + model + "/rollout");
    this.atMost = atMost;
  }

  /**
   * Changes the mode and the share, and waits until the server applies them.
   *
   * @throws IOException if the server refuses them or does not apply them in time
   */
  void set(String mode, double share) throws IOException, InterruptedException {
    URI settings = URI.create("%s?rollout=%s&share=%s".formatted(address, mode, share));
    send(HttpRequest.newBuilder(settings).PUT(BodyPublishers.noBody()).build());
    long end = System.nanoTime() + atMost.toNanos();
    JsonObject status = status();
    while (!isIn(status, mode, share)) {
      if (System.nanoTime() - end >= 0) {
        throw new IOException(
            "the rollout is not in mode %s with share %s: %s".formatted(mode, share, status));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      status = status();
    }
  }

  /** Both versions are loaded, and the share is the one that was asked for. */
  private static boolean isIn(JsonObject status, String mode, double share) {
    return status.has("rule")
        && status.has("offered")
        && status.get("state").getAsString().equals(mode)
        && status.getAsJsonObject("rule").get("share").getAsDouble() == share;
  }

  Counts counts() throws IOException, InterruptedException {
    return Counts.of(status());
  }

  private JsonObject status() throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(address).build());
  }

  private JsonObject send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          request.uri() + ": status " + response.statusCode() + ": " + response.body());
    }
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }
}
