package io.lynxeye;

import io.lynxeye.cli.Lynxeye;

/** Entry point of the launcher {@code ./lynxeye}. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(Lynxeye.run(args));
  }
}
