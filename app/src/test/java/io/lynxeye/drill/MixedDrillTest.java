package io.lynxeye.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.lynxeye.endtoend.LynxeyeProcess;
import io.lynxeye.engine.EngineRing;
import io.lynxeye.server.RawConnection;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invalid and abandoned requests among valid ones: each valid one is scored as it is alone. */
@Tag("engine")
@Tag("drill")
@Timeout(1800)
class MixedDrillTest {

  private static final int CLIENTS = 16;
  private static final int REQUESTS = 1000;
  private static final double TOLERANCE = 1e-3;
  private static final List<String> SAMPLES = List.of("lynx", "wall_clock", "balloon");

  private final Random random = new Random(1281);
  private final Map<String, JsonObject> alone = new HashMap<>();
  private final List<byte[]> invalid =
      List.of(new byte[0], "text".getBytes(StandardCharsets.UTF_8), half("lynx"), noise());

  private int port;
  private ScoreClient client;

  private static byte[] half(String sample) {
    byte[] image = EngineRing.sample(sample);
    return Arrays.copyOf(image, image.length / 2);
  }

  /** Starts like a JPEG. */
  private static byte[] noise() {
    byte[] image = EngineRing.sample("lynx");
    Arrays.fill(image, 2, image.length, (byte) 0x5a);
    return image;
  }

  @Test
  void validRequestsAreScoredAsAlone() throws Exception {
    try (LynxeyeProcess server = LynxeyeProcess.start("serve", "--port", "0")) {
      String address = server.awaitAddress();
      port = URI.create(address).getPort();
      client = new ScoreClient(address);
      for (String sample : SAMPLES) {
        alone.put(sample, best(client.post(EngineRing.sample(sample))));
      }
      try (Clients clients = Clients.start(CLIENTS, this::sendAny)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(20))
            .until(() -> clients.answered() >= REQUESTS);
        assertThat(clients.stop()).isEmpty();
      }
      for (String sample : SAMPLES) {
        assertThat(valid(sample)).isEmpty();
      }
    }
  }

  private Optional<String> sendAny() throws Exception {
    String sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
    return switch (random.nextInt(4)) {
      case 0 -> invalid(invalid.get(random.nextInt(invalid.size())));
      case 1 -> abandoned(EngineRing.sample(sample));
      default -> valid(sample);
    };
  }

  private Optional<String> valid(String sample) throws Exception {
    HttpResponse<String> answer = client.post(EngineRing.sample(sample));
    if (answer.statusCode() != 200) {
      return Optional.of(answer.statusCode() + " " + answer.body());
    }
    JsonObject best = best(answer);
    JsonObject wanted = alone.get(sample);
    boolean isSame =
        best.get("label").equals(wanted.get("label"))
            && Math.abs(probability(best) - probability(wanted)) < TOLERANCE;
    return isSame ? Optional.empty() : Optional.of(sample + " is " + best + ", alone " + wanted);
  }

  private static JsonObject best(HttpResponse<String> answer) {
    return ScoreClient.json(answer).getAsJsonArray("predictions").get(0).getAsJsonObject();
  }

  private static double probability(JsonObject prediction) {
    return prediction.get("probability").getAsDouble();
  }

  private Optional<String> invalid(byte[] body) throws Exception {
    int status = client.post(body).statusCode();
    return status == 400 ? Optional.empty() : Optional.of("invalid, but answered " + status);
  }

  /** Disconnects after the whole request, or after half of it. */
  private Optional<String> abandoned(byte[] image) throws Exception {
    int sent = random.nextBoolean() ? image.length : image.length / 2;
    String body = new String(image, 0, sent, StandardCharsets.ISO_8859_1);
    try (RawConnection connection = new RawConnection(port)) {
      connection.writeBytes(
          "POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: " + image.length + "\r\n\r\n" + body);
      connection.reset();
    }
    return Optional.empty();
  }
}
