package io.lynxeye.security;

/** Decides whether a caller is let in. Called on event loops: never blocks, thread-safe. */
@FunctionalInterface
public interface Authenticator {

  /** Whether a caller with this credential is let in. The credential is as the caller sent it. */
  boolean admits(String credential);

  /** Lets in the callers that either authenticator lets in. */
  default Authenticator or(Authenticator other) {
    return credential -> admits(credential) || other.admits(credential);
  }
}
