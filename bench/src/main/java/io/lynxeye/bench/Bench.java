package io.lynxeye.bench;

import java.util.Locale;
import picocli.CommandLine;

/** Entry point of {@code ./lynxeye bench}. */
public final class Bench {

  private Bench() {}

  /** Runs the command line; ends the process, engine threads or not. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // Programs read what is printed: no decimal commas.
    System.exit(new CommandLine(new BenchCommand()).execute(args));
  }
}
