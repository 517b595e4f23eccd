package io.lynxeye;

import io.lynxeye.cli.Lynxeye;
import java.util.Locale;

/** The entry point of the launcher {@code ./lynxeye}. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // Programs read the output: no decimal commas.
    int code = 1; // Whatever happens: other threads would keep a process without this one alive.
    try {
      code = Lynxeye.run(args);
    } finally {
      System.exit(code);
    }
  }
}
