package io.lynxeye.bench;

import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The entry point of {@code ./lynxeye bench}. */
public final class Bench {

  private Bench() {}

  /** Runs the command line and ends the process, even while engine threads run. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // Programs read the output: no decimal commas.
    CommandLine line = new CommandLine(new BenchCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(Bench::failed);
    System.exit(line.execute(args));
  }

  /** Prints an error that the user can correct without a stack trace. */
  private static int failed(Exception failure, CommandLine command, ParseResult result)
      throws Exception {
    if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
      command.getErr().println("lynxeye bench: " + failure.getMessage());
      return 1;
    }
    throw failure;
  }
}
