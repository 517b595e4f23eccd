package io.lynxeye.management;

/** The port through which models come into the store. */
@FunctionalInterface
public interface ModelRegistrar {

  /**
   * Fetches, verifies and puts a version into the store, in one step at the end. Takes minutes;
   * called on one thread, one at a time.
   *
   * @throws ManagementException when it cannot be done; the store is unchanged
   * @throws InterruptedException when the server stops; the store is unchanged
   */
  void add(Registration registration) throws InterruptedException;
}
