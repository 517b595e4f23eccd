package io.lynxeye.serving.batching;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** An engine that returns {@code a!} for {@code a}. A test can block it and make it fail. */
final class FakeRunner implements BatchRunner<String, String> {

  private final Semaphore engine = new Semaphore(Integer.MAX_VALUE / 2, true); // Fair.
  private final Semaphore entered = new Semaphore(0);
  private final List<List<String>> batches = new CopyOnWriteArrayList<>();
  private volatile Consumer<List<String>> trouble = inputs -> {};

  /** Makes every further call wait for a {@link #release}. */
  FakeRunner hold() {
    engine.drainPermits();
    return this;
  }

  void release(int calls) {
    engine.release(calls);
  }

  /** Lets every further call pass. */
  void releaseAll() {
    engine.release(Integer.MAX_VALUE / 2);
  }

  /** Waits until one more call has started. */
  void awaitCall() throws InterruptedException {
    entered.acquire();
  }

  /** Waits until this many calls are blocked, so that their order is settled. */
  void awaitHeld(int calls) {
    Awaitility.await().until(() -> engine.getQueueLength() == calls);
  }

  /** Runs this in every further call; it may throw. */
  FakeRunner trouble(Consumer<List<String>> trouble) {
    this.trouble = trouble;
    return this;
  }

  /** The inputs of each started call, in order. */
  List<List<String>> batches() {
    return batches;
  }

  @Override
  public List<String> run(List<String> inputs) {
    batches.add(inputs);
    entered.release();
    engine.acquireUninterruptibly();
    trouble.accept(inputs);
    return inputs.stream().map(input -> input + "!").toList();
  }
}
