package io.lynxeye.security;

import java.util.Locale;

/** The two keys that are valid at once, so that one can be replaced while the other is in use. */
public enum KeySlot {
  PRIMARY,
  SECONDARY;

  /** As files and commands spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
