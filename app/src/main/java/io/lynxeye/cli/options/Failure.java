package io.lynxeye.cli.options;

import picocli.CommandLine.ExitCode;

/** A command cannot do its work; the message names the cause and the cure. */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public Failure(String message) {
    this(message, ExitCode.SOFTWARE);
  }

  private Failure(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Creates a failure of an invalid request, which fails on any machine. */
  public static Failure misuse(String message) {
    return new Failure(message, ExitCode.USAGE);
  }

  /** The exit code of the process. */
  public int exitCode() {
    return exitCode;
  }
}
