package io.lynxeye.security;

/** Decides whether a caller is let in. Called on event loops: never blocks, safe for threads. */
@FunctionalInterface
public interface Authenticator {

  /** Whether who shows this credential is let in; it comes as sent. */
  boolean admits(String credential);

  /** Lets in whom the one or the other does. */
  default Authenticator or(Authenticator other) {
    return credential -> admits(credential) || other.admits(credential);
  }
}
