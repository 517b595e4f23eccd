package io.lynxeye.security;

/** Decides whether a caller is admitted. Called on event loops: never blocks, thread-safe. */
@FunctionalInterface
public interface Authenticator {

  /** Whether a caller with this credential, unchanged from the request, is admitted. */
  boolean admits(String credential);

  /** Admits the callers that either authenticator admits. */
  default Authenticator or(Authenticator other) {
    return credential -> admits(credential) || other.admits(credential);
  }
}
