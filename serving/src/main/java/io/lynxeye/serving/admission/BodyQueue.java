package io.lynxeye.serving.admission;

import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The bodies that wait for memory. Those of which a part has arrived come first, in their order;
 * for the others, models take turns. Not thread-safe, except for {@link #isBlocked}.
 */
final class BodyQueue {

  /** So many bodies, besides those that came before, may pass one that does not fit. */
  private static final int PATIENCE = 64;

  /**
   * A body that waits for the bytes to read it.
   *
   * @param line the model whose turn it takes
   * @param isPartial whether a part has arrived
   * @param patience the number of the last grant that comes before it if all take their turns
   * @param granted reads the body
   */
  record Body(
      String line,
      boolean isPartial,
      RequestPermit permit,
      long bytes,
      long patience,
      Runnable granted) {}

  /** The memory for all bodies. */
  interface Memory {

    /** Returns whether the bytes were free, and are reserved. */
    boolean tryReserve(long bytes, boolean isPartial);

    /** Reserves bytes beyond the limit. */
    void exceed(long bytes);

    /** How often bytes were reserved. */
    long grants();
  }

  private final Memory memory;
  private final Turns<Body> whole = new Turns<>();
  private final Deque<Body> partial = new ArrayDeque<>();

  /** The body that may exceed the limit: otherwise, partial bodies could wait for each other. */
  private Optional<RequestPermit> senior = Optional.empty();

  private volatile boolean isBlocked;

  BodyQueue(Memory memory) {
    this.memory = memory;
  }

  void add(Body body) {
    if (!body.isPartial) {
      whole.add(body.line, body);
    } else if (senior.isPresent() && senior.get() == body.permit) {
      partial.addFirst(body); // It was slow: the others wait for it.
    } else {
      partial.addLast(body);
    }
  }

  /** Returns whether it still waited. */
  boolean remove(Body body) {
    return body.isPartial ? partial.remove(body) : whole.remove(body.line, body);
  }

  /** The next body, with its bytes reserved; empty if none fits. */
  Optional<Body> poll() {
    Body first = partial.peekFirst();
    if (first != null && (memory.tryReserve(first.bytes, true) || isSenior(first))) {
      return Optional.of(partial.removeFirst());
    }
    isBlocked = false;
    return whole.poll(this::mayGo);
  }

  private boolean isSenior(Body first) {
    if (senior.isPresent() && senior.get() != first.permit) {
      return false;
    }
    senior = Optional.of(first.permit);
    memory.exceed(first.bytes);
    return true;
  }

  /** A body that does not fit lets others pass, but not for ever. */
  private boolean mayGo(Body first) {
    boolean mayGo = !isBlocked && memory.tryReserve(first.bytes, false);
    isBlocked |= !mayGo && memory.grants() > first.patience + PATIENCE;
    return mayGo;
  }

  /** Whether a body has let others pass for so long that none may pass it now. */
  boolean isBlocked() {
    return isBlocked;
  }

  /** The bytes of this permit's body are free. */
  void ended(RequestPermit permit) {
    senior = senior.filter(other -> other != permit);
  }
}
