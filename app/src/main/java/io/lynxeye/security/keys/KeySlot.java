package io.lynxeye.security.keys;

import java.util.Locale;

/** The two valid keys: one can be replaced while the other is in use. */
public enum KeySlot {
  PRIMARY,
  SECONDARY;

  /** The name in files and commands. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
