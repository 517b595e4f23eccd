package io.lynxeye.bench.fuzz;

import io.lynxeye.bench.load.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A good client among bad ones: its picture must be scored as it was in quiet. */
final class Probe {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest request;
  private final Answer alone;

  /**
   * @throws IllegalStateException when the picture is not scored now
   */
  Probe(URI server, byte[] picture) throws InterruptedException {
    this.request =
        HttpRequest.newBuilder(server.resolve("/score"))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(picture))
            .build();
    Object first = ask();
    if (!(first instanceof Answer answer)) {
      throw new IllegalStateException("a good picture is not scored: " + first);
    }
    this.alone = answer;
  }

  /** What is wrong; empty when nothing is. */
  Optional<String> problem() throws InterruptedException {
    Object now = ask();
    return now instanceof Answer answer && answer.difference(alone) < 1e-4
        ? Optional.empty()
        : Optional.of("a good picture was " + alone + " in quiet and now is " + now);
  }

  /** The answer, or in words why there is none; a server that is busy is asked again. */
  private Object ask() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 503 || System.nanoTime() - end > 0) {
          return Answer.of(answer.body())
              .<Object>map(scored -> scored)
              .orElse(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException e) {
        return e.toString();
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }
}
