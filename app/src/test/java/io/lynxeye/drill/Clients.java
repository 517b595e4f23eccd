package io.lynxeye.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send a request as soon as the last one is answered, each on its own thread. */
final class Clients implements AutoCloseable {

  /** Sends one request. */
  interface Request {

    /** Returns the problem of the response; empty if it was correct. */
    Optional<String> send() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final AtomicLong answered = new AtomicLong();
  private volatile boolean stopped;

  private Clients() {}

  static Clients start(int count, Request request) {
    Clients clients = new Clients();
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(() -> clients.run(request), "client-" + i);
      thread.start();
      clients.threads.add(thread);
    }
    return clients;
  }

  private void run(Request request) {
    while (!stopped) {
      try {
        request.send().ifPresent(problems::add);
      } catch (Exception e) {
        problems.add(e.toString());
      }
      answered.incrementAndGet();
    }
  }

  long answered() {
    return answered.get();
  }

  /** Waits for the last responses and returns all problems. */
  List<String> stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    stopped = true;
  }
}
