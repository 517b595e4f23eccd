package io.lynxeye.serving.management;

/** The port for importing models into the store. */
@FunctionalInterface
public interface ModelImportPort {

  /**
   * Downloads and verifies a version, then moves it into the store in one step. Takes minutes;
   * always called on the same thread.
   *
   * @throws ManagementException when the import fails; the store is unchanged
   * @throws InterruptedException when the server stops; the store is unchanged
   */
  void add(Registration registration) throws InterruptedException;
}
