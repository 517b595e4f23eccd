package io.lynxeye.bench.store;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends pictures at a constant rate, whatever the answers do, and counts each latency from the
 * moment the request should have been sent: a server that stalls is not spared.
 */
final class SteadyLoad {

  private static final Pattern VERSION = Pattern.compile("\"version\":\"(\\d+)\"");

  /**
   * One request's end.
   *
   * @param dueNanos when it should have been sent
   * @param status the HTTP status; 0 = no answer
   * @param version the version that answered; empty when none did
   */
  record Answer(long dueNanos, long nanos, int status, String version) {

    boolean isGood() {
      return status == 200 && !version.isEmpty();
    }

    double millis() {
      return (nanos - dueNanos) / 1e6;
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final Collection<Answer> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final HttpRequest request;
  private final long periodNanos;
  private long due = System.nanoTime();

  SteadyLoad(URI score, byte[] picture, double perSecond) {
    this.request =
        HttpRequest.newBuilder(score).POST(HttpRequest.BodyPublishers.ofByteArray(picture)).build();
    this.periodNanos = (long) (1e9 / perSecond);
    var unused = pace.scheduleAtFixedRate(this::sendDue, 0, 1, TimeUnit.MILLISECONDS);
  }

  private void sendDue() {
    while (System.nanoTime() - due >= 0) {
      send(due);
      due += periodNanos;
    }
  }

  private void send(long dueNanos) {
    open.incrementAndGet();
    var unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .handle(
                (answer, failure) -> {
                  int status = failure == null ? answer.statusCode() : 0;
                  String version = failure == null ? version(answer.body()) : "";
                  answers.add(new Answer(dueNanos, System.nanoTime(), status, version));
                  open.decrementAndGet();
                  return null;
                });
  }

  private static String version(String body) {
    Matcher matcher = VERSION.matcher(body);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Sends no more, waits for every answer, and hands them over. */
  List<Answer> finish() throws InterruptedException {
    pace.shutdown();
    pace.awaitTermination(1, TimeUnit.MINUTES);
    while (open.get() > 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return List.copyOf(answers);
  }
}
