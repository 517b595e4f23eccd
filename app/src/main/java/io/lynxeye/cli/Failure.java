package io.lynxeye.cli;

import picocli.CommandLine.ExitCode;

/**
 * A command cannot do its work; the message tells a person at a terminal the cause and the cure.
 */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(String message) {
    this(message, ExitCode.SOFTWARE);
  }

  private Failure(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The request itself is invalid, on any machine. */
  static Failure misuse(String message) {
    return new Failure(message, ExitCode.USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
