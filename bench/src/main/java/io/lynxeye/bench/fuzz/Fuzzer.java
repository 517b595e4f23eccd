package io.lynxeye.bench.fuzz;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends one attempt after the other over many connections at once, and asks a good client now and
 * then how it fares.
 */
final class Fuzzer {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PROBE_EVERY = 200;
  private static final int TOLD = 2000;

  private final URI server;
  private final Optional<URI> administrators;
  private final Attempts attempts;
  private final AnswerRules rules;
  private final Probe probe;
  private final FuzzTally tally = new FuzzTally();
  private final AtomicLong next = new AtomicLong();

  Fuzzer(
      URI server, Optional<URI> administrators, Attempts attempts, AnswerRules rules, Probe probe) {
    this.server = server;
    this.administrators = administrators;
    this.attempts = attempts;
    this.rules = rules;
    this.probe = probe;
  }

  FuzzTally tally() {
    return tally;
  }

  /** Goes on until the time is up; called again, with the attempts that are next. */
  void run(int connections, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Thread thread = new Thread(() -> runUntil(end), "fuzz-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void runUntil(long endNanos) {
    try {
      while (System.nanoTime() - endNanos < 0) {
        long number = next.getAndIncrement();
        run(number);
        if (number % PROBE_EVERY == 0) {
          probe
              .problem()
              .ifPresent(problem -> failed(number, problem + " (at about this attempt)"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One attempt; what came of it. */
  List<RawAnswer> run(long number) throws InterruptedException {
    Attempt attempt = attempts.get(number);
    RawExchange exchange = new RawExchange(PATIENCE);
    try {
      exchange.run(attempt.isForAdministrators() ? administrators.orElseThrow() : server, attempt);
      rules.broken(attempt, exchange).ifPresent(what -> failed(number, what));
    } catch (IOException e) {
      failed(number, "no connection: " + e.getMessage());
    }
    tally.count(attempt, exchange.answers());
    return exchange.answers();
  }

  private void failed(long number, String what) {
    String cut = what.length() > TOLD ? what.substring(0, TOLD) + "..." : what;
    String failure =
        "attempt %d, %s: %s%n  repeat with --seed %d --attempt %d"
            .formatted(number, attempts.get(number).route(), cut, attempts.seed(), number);
    System.err.println(failure);
    tally.failed(failure);
  }
}
