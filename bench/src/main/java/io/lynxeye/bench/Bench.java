package io.lynxeye.bench;

import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Entry point of {@code ./lynxeye bench}. */
public final class Bench {

  private Bench() {}

  /** Runs the command line; ends the process, engine threads or not. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // Programs read what is printed: no decimal commas.
    CommandLine line = new CommandLine(new BenchCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(Bench::failed);
    System.exit(line.execute(args));
  }

  /** What the caller can mend is told without a trace. */
  private static int failed(Exception failure, CommandLine command, ParseResult result)
      throws Exception {
    if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
      command.getErr().println("lynxeye bench: " + failure.getMessage());
      return 1;
    }
    throw failure;
  }
}
