package io.lynxeye.serving.rollout;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.rollout.Trial.Drop;
import io.lynxeye.serving.rollout.Trial.Timed;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.scoring.ScoreListener.Scored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores inputs again, for comparison, one at a time and only while the server has nothing else to
 * do: an inference cannot be interrupted, so a caller waits for one at most. What cannot be kept,
 * or waits for too long, is dropped. Owns its threads.
 */
final class ShadowScorer implements AutoCloseable {

  /** Receives comparisons, on the scorer's thread. */
  interface Listener {

    /** Whether the trial goes on, so that its comparisons count. */
    boolean goesOn(Trial trial);

    void compared(Trial trial, Scored scored, Comparison comparison);

    /** Called soon after {@link #wake}. */
    void look();

    /** Called every few seconds. */
    void tick();
  }

  /**
   * The limits of what waits and runs.
   *
   * @param inputs that may wait
   * @param bytes of the inputs that wait and of their answers
   * @param age after which a waiting input is dropped
   * @param timeout after which an inference counts as failed
   * @param tick time between two calls of {@link Listener#tick}
   */
  record Limits(int inputs, long bytes, Duration age, Duration timeout, Duration tick) {

    /** 64 MB, or a sixteenth of a small heap. */
    static Limits standard() {
      long heap = Runtime.getRuntime().maxMemory();
      return new Limits(
          32,
          Math.min(64L << 20, heap / 16),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5));
    }
  }

  /** An input with the answer that its caller got. */
  private record Offer(Trial trial, Scored scored, long bytes, long sinceNanos) {}

  /** An input has waited for too long. */
  private static final class StaleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleException() {
      super("stale", null, false, false);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(ShadowScorer.class);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final BooleanSupplier isIdle;
  private final Listener listener;
  private final Limits limits;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Offer> waiting = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "shadow");
  private ExecutorService inferences = newThread();
  private long bytes;
  private boolean isWoken;
  private volatile boolean isClosed;

  /** Until when the input that is compared may wait for its next inference; on the thread only. */
  private long endNanos;

  /**
   * @param isIdle whether no caller waits for an image
   */
  ShadowScorer(BooleanSupplier isIdle, Listener listener, Limits limits, NanoClock clock) {
    this.isIdle = isIdle;
    this.listener = listener;
    this.limits = limits;
    this.clock = clock;
    thread.setDaemon(true);
  }

  private static ExecutorService newThread() {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread thread = new Thread(work, "shadow-inference");
          thread.setDaemon(true);
          return thread;
        });
  }

  void start() {
    thread.start();
  }

  /** Keeps an answered input for comparison, or drops it. Returns at once. */
  void offer(Trial trial, Scored scored) {
    long size = bytes(scored.input()) + scored.result().bytes();
    lock.lock();
    try {
      if (isClosed || waiting.size() >= limits.inputs()) {
        trial.dropped(Drop.BUSY);
      } else if (bytes + size > limits.bytes()) {
        trial.dropped(Drop.MEMORY);
      } else {
        bytes += size;
        waiting.addLast(new Offer(trial, scored, size, clock.nanoTime()));
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has the listener look at what callers got. Returns at once. */
  void wake() {
    lock.lock();
    try {
      isWoken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean takeWake() {
    lock.lock();
    try {
      boolean was = isWoken;
      isWoken = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  private static long bytes(ModelInput input) {
    if (input instanceof ModelInput.Image image) {
      return image.bytes().length;
    }
    long sum = 0;
    for (Tensor tensor : ((ModelInput.Tensors) input).all()) {
      sum += tensor.data().remaining();
      sum += tensor.strings().stream().mapToLong(text -> text.length).sum();
    }
    return sum;
  }

  /** Whatever a comparison throws, an {@code Error} as well, the thread goes on. */
  private void run() {
    long nextTick = clock.nanoTime() + limits.tick().toNanos();
    while (!isClosed) {
      try {
        Optional<Offer> offer = next(nextTick);
        if (takeWake()) {
          listener.look();
        }
        offer.ifPresent(this::compare);
        if (clock.nanoTime() - nextTick >= 0) {
          nextTick = clock.nanoTime() + limits.tick().toNanos();
          listener.tick();
        }
      } catch (InterruptedException e) {
        // Closed, or a stray interruption.
      } catch (Throwable e) {
        report(e);
      }
    }
  }

  private static void report(Throwable failure) {
    try {
      log.error("a comparison failed", failure);
    } catch (Throwable again) {
      // No memory even to report it.
    }
  }

  /** Waits for an input; empty when it is time for a tick, or to look. */
  private Optional<Offer> next(long nextTick) throws InterruptedException {
    lock.lock();
    try {
      long left = nextTick - clock.nanoTime();
      while (waiting.isEmpty() && !isWoken && !isClosed && left > 0) {
        clock.await(changed, left);
        left = nextTick - clock.nanoTime();
      }
      Offer offer = waiting.pollFirst();
      bytes -= offer == null ? 0 : offer.bytes();
      return Optional.ofNullable(offer);
    } finally {
      lock.unlock();
    }
  }

  private void compare(Offer offer) {
    Trial trial = offer.trial();
    Optional<Comparison> comparison;
    endNanos = offer.sinceNanos() + limits.age().toNanos();
    try {
      comparison =
          trial.compare(
              offer.scored().input(),
              offer.scored().result().output(),
              trial.isOfCandidate(offer.scored().result()),
              (model, input) -> time(offer, model, input));
    } catch (StaleException e) {
      comparison = Optional.empty();
    } catch (RejectedException e) { // It was unloaded.
      comparison = Optional.empty();
    } catch (OutOfMemoryError e) { // That of the machine says nothing about the candidate.
      trial.dropped(Drop.MEMORY);
      return;
    } catch (InvalidInputException | RuntimeException | Error e) {
      log.debug("{} failed", trial.candidate.id(), e);
      comparison = Optional.of(trial.failed(offer.scored().result().output()));
    }
    if (comparison.isPresent() && listener.goesOn(trial)) {
      listener.compared(trial, offer.scored(), comparison.get());
    } else {
      trial.dropped(Drop.STALE);
    }
  }

  /** Waits for an idle moment, then runs an inference on a thread that may be lost to it. */
  private Timed time(Offer offer, ServedModel model, ModelInput input)
      throws InvalidInputException {
    awaitIdle(offer);
    Future<Timed> run = inferences.submit(() -> timed(model, input));
    try {
      return run.get(limits.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (TimeoutException e) {
      inferences.shutdown();
      inferences = newThread();
      throw new IllegalStateException(model.id() + " takes longer than " + limits.timeout(), e);
    } catch (InterruptedException e) {
      throw new StaleException();
    }
  }

  private Timed timed(ServedModel model, ModelInput input) throws InvalidInputException {
    long start = clock.nanoTime();
    ModelOutput output = model.scoreAside(input);
    return new Timed(output, clock.nanoTime() - start);
  }

  private static RuntimeException rethrown(Throwable cause) throws InvalidInputException {
    if (cause instanceof InvalidInputException refusal) {
      throw refusal;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException same ? same : new IllegalStateException(cause);
  }

  private void awaitIdle(Offer offer) {
    lock.lock();
    try {
      while (!isIdle.getAsBoolean() && !isClosed && clock.nanoTime() - endNanos < 0) {
        clock.await(changed, LOOK.toNanos());
      }
    } catch (InterruptedException e) {
      throw new StaleException();
    } finally {
      lock.unlock();
    }
    long now = clock.nanoTime();
    if (isClosed || now - endNanos >= 0 || !listener.goesOn(offer.trial())) {
      throw new StaleException();
    }
    endNanos = now + limits.age().toNanos(); // A pair of times is not given up halfway.
  }

  /** Ends the thread after the inference that runs; does not wait for it. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      waiting.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
