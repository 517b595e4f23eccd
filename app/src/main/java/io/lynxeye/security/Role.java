package io.lynxeye.security;

import java.util.Locale;

/** What a caller may do. */
public enum Role {
  /** Score images, and read what the scoring ports say about the models. */
  SCORE,
  /** Manage models too: a caller that may do this can run code on the machine. */
  ADMIN;

  /** The name in files and logs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
