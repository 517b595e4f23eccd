package io.lynxeye.bench;

import java.util.List;

/**
 * How a run is done.
 *
 * @param seconds the least length of one measurement
 * @param patient whether closed loops last two cycles of all clients at least
 * @param deadlineMillis of the open loop; 0 = by what the server can do
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
      throw new IllegalArgumentException("rounds, seconds and clients start at 1");
    }
  }

  boolean isInProcess() {
    return parts.stream().anyMatch(Part::isInProcess);
  }

  boolean isServed() {
    return !parts.stream().allMatch(Part::isInProcess);
  }
}
