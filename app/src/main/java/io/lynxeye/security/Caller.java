package io.lynxeye.security;

import io.lynxeye.serving.admission.KeyLimits;

/**
 * The holder of a valid key or token.
 *
 * @param name the name of the key in the configuration, or {@code token}; never from the request,
 *     so it is fit for logs and metric labels
 * @param role what the caller may do
 * @param limits what the caller may use
 */
public record Caller(String name, Role role, KeyLimits limits) {

  /** A caller without limits. */
  public Caller(String name, Role role) {
    this(name, role, KeyLimits.NONE);
  }

  /** Whether the caller may manage models. */
  public boolean isAdministrator() {
    return role == Role.ADMIN;
  }
}
