package io.lynxeye.cli;

/** A command cannot do its work. The message tells a person at a terminal why and what to do. */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(String message) {
    this(message, Lynxeye.FAILED);
  }

  Failure(Exception cause) {
    super(cause.getMessage(), cause);
    this.exitCode = Lynxeye.FAILED;
  }

  private Failure(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What was asked for is refused, whatever the machine is like. */
  static Failure misuse(String message) {
    return new Failure(message, Lynxeye.USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
