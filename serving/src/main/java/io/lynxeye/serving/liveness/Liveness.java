package io.lynxeye.serving.liveness;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The parts of a server whose threads it cannot do without. Each part recovers from failures of its
 * tasks by itself. A part that has ended nevertheless is lost: the server is no longer live, and
 * the owner of the process ends it. Thread-safe.
 */
public final class Liveness {

  private record Part(String name, BooleanSupplier isAlive) {}

  private final List<Part> parts = new CopyOnWriteArrayList<>();

  /**
   * Adds a part.
   *
   * @param name for messages, such as {@code the decode pool}
   * @param isAlive false once it has ended without having been closed; quick, and callable from any
   *     thread
   */
  public void needs(String name, BooleanSupplier isAlive) {
    parts.add(new Part(name, isAlive));
  }

  /** The name of a part that has ended although it was not closed; empty while all parts run. */
  public Optional<String> lost() {
    return parts.stream().filter(part -> !part.isAlive.getAsBoolean()).map(Part::name).findFirst();
  }
}
