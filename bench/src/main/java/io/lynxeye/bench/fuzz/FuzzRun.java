package io.lynxeye.bench.fuzz;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole run against a server: what it held before, the attempts, what it holds afterwards.
 *
 * @param server where it scores
 * @param administrators their port, where that may be fuzzed
 * @param pid of the process, where it is on this machine
 * @param model the default model's name
 * @param pictures real ones
 * @param folders of this machine, which no answer may name
 */
public record FuzzRun(
    URI server,
    Optional<URI> administrators,
    OptionalLong pid,
    String model,
    List<byte[]> pictures,
    List<String> folders) {

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final Pattern ADMITTED =
      Pattern.compile("(?m)^lynxeye_admission_requests(?:\\{[^}]*})? (\\S+)$");

  /**
   * Fuzzes for a time.
   *
   * @param conformance the table that the attempts begin with
   */
  public FuzzTally fuzz(Path conformance, long seed, int connections, Duration time)
      throws IOException, InterruptedException {
    Fuzzer fuzzer = fuzzer(conformance, seed);
    fuzzer.run(connections, WARM_UP);
    awaitRest(fuzzer.tally());
    Optional<Vitals> before = vitals();
    fuzzer.run(connections, time);
    awaitRest(fuzzer.tally());
    if (before.isPresent()) {
      compare(before.get(), fuzzer.tally());
    }
    return fuzzer.tally();
  }

  /** One attempt, with all that is sent and comes back. */
  public FuzzTally repeat(Path conformance, long seed, long number)
      throws IOException, InterruptedException {
    Fuzzer fuzzer = fuzzer(conformance, seed);
    for (byte[] piece : new Attempts(seed, seeds(conformance)).get(number).pieces()) {
      System.out.println("> " + new String(piece, StandardCharsets.ISO_8859_1));
    }
    fuzzer.run(number).forEach(answer -> System.out.println("< " + answer.head() + answer.body()));
    return fuzzer.tally();
  }

  private Fuzzer fuzzer(Path conformance, long seed) throws IOException, InterruptedException {
    Attempts attempts = new Attempts(seed, seeds(conformance));
    Probe probe = new Probe(server, pictures.get(0));
    return new Fuzzer(server, administrators, attempts, new AnswerRules(folders), probe);
  }

  private List<Seed> seeds(Path conformance) throws IOException, InterruptedException {
    List<Seed> seeds = new ArrayList<>(new Seeds(model, input(), pictures).all(conformance));
    seeds.removeIf(seed -> seed.isForAdministrators() && administrators.isEmpty());
    return seeds;
  }

  private String input() throws IOException, InterruptedException {
    return new JsonObject(get(server.resolve("/v2/models/" + model)))
        .getJsonArray("inputs")
        .getJsonObject(0)
        .getString("name");
  }

  private static String get(URI url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
        .body();
  }

  /** Everything that was taken in comes to its end, also what nobody waits for any more. */
  private void awaitRest(FuzzTally tally) throws IOException, InterruptedException {
    if (administrators.isEmpty()) {
      return;
    }
    long end = System.nanoTime() + SETTLE.toNanos();
    double admitted = admitted();
    while (admitted > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(500);
      admitted = admitted();
    }
    if (admitted != 0) {
      tally.failed("at rest, the server has " + admitted + " requests still (admission)");
    }
  }

  private double admitted() throws IOException, InterruptedException {
    Matcher admitted = ADMITTED.matcher(get(administrators.orElseThrow().resolve("/metrics")));
    if (!admitted.find()) {
      throw new IllegalStateException("/metrics has no lynxeye_admission_requests");
    }
    return Double.parseDouble(admitted.group(1));
  }

  private Optional<Vitals> vitals() throws IOException {
    return pid.isPresent() ? Optional.of(Vitals.of(pid.getAsLong())) : Optional.empty();
  }

  /** Connections are closed, and threads end, in a while. */
  private void compare(Vitals before, FuzzTally tally) throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLE.toNanos();
    Vitals after = vitals().orElseThrow();
    while (!after.isBackAt(before) && System.nanoTime() - end < 0) {
      TimeUnit.SECONDS.sleep(5);
      after = vitals().orElseThrow();
    }
    System.out.println("before: " + before + System.lineSeparator() + "after:  " + after);
    if (!after.isBackAt(before)) {
      tally.failed("the server holds more than before: " + after + " instead of " + before);
    }
  }
}
