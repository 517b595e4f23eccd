package io.lynxeye.bench;

import io.lynxeye.bench.part.Part;
import java.util.List;

/**
 * What a run measures, and for how long.
 *
 * @param seconds the minimum length of one measurement
 * @param patient whether a closed loop serves every client at least twice, however long that takes
 * @param deadlineMillis deadline of each request in the open loop; 0 = derived from the capacity
 */
record Plan(
    int rounds,
    double seconds,
    boolean patient,
    List<Part> parts,
    List<Integer> clients,
    long deadlineMillis) {

  Plan {
    if (rounds < 1 || !(seconds > 0) || clients.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException("--rounds, --seconds and --clients must be positive");
    }
  }

  boolean isInProcess() {
    return parts.stream().anyMatch(Part::isInProcess);
  }

  boolean isServed() {
    return !parts.stream().allMatch(Part::isInProcess);
  }
}
