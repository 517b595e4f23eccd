package io.lynxeye.batching;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** An engine that answers {@code a} with {@code a!}. A test holds it and makes it fail. */
final class FakeRunner implements BatchRunner<String, String> {

  private final Semaphore engine = new Semaphore(Integer.MAX_VALUE / 2, true); // First come, first.
  private final Semaphore entered = new Semaphore(0);
  private final List<List<String>> batches = new CopyOnWriteArrayList<>();
  private volatile Consumer<List<String>> trouble = inputs -> {};

  /** From now on, every call waits for a {@link #release}. */
  FakeRunner hold() {
    engine.drainPermits();
    return this;
  }

  void release(int calls) {
    engine.release(calls);
  }

  /** Lets every call through from now on. */
  void releaseAll() {
    engine.release(Integer.MAX_VALUE / 2);
  }

  /** Waits until one more call has begun. */
  void awaitCall() throws InterruptedException {
    entered.acquire();
  }

  /** Waits until so many calls are held, so that who is let through next is settled. */
  void awaitHeld(int calls) {
    Awaitility.await().until(() -> engine.getQueueLength() == calls);
  }

  /** What happens in every call from now on; may throw. */
  FakeRunner trouble(Consumer<List<String>> trouble) {
    this.trouble = trouble;
    return this;
  }

  /** The inputs of each call that was begun, in order. */
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
