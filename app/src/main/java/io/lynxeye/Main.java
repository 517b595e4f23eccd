package io.lynxeye;

import io.lynxeye.cli.Lynxeye;
import java.util.Locale;

/** Entry point of the launcher {@code ./lynxeye}. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // Programs read what is printed: no decimal commas.
    System.exit(Lynxeye.run(args));
  }
}
