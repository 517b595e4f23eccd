package io.lynxeye.security;

/** Receives every call that manages models, or tries to. Called on event loops; thread-safe. */
@FunctionalInterface
public interface AuditLog {

  /** Keeps nothing. */
  AuditLog NONE = entry -> {};

  void record(AuditEntry entry);
}
