package io.lynxeye.cli;

/** A command cannot do its work. The message tells a person at a terminal why and what to do. */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }

  Failure(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
