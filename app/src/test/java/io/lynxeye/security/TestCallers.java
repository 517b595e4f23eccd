package io.lynxeye.security;

import java.util.Optional;

/** Callers with plain keys. */
public final class TestCallers {

  private TestCallers() {}

  /** One key that may score. */
  public static Authenticator key(String key) {
    return key("primary", Role.SCORE, key);
  }

  /** One key with this name and role. */
  public static Authenticator key(String name, Role role, String key) {
    return new Authenticator() {
      @Override
      public Optional<Caller> find(String credential) {
        return Optional.of(new Caller(name, role)).filter(caller -> key.equals(credential));
      }

      @Override
      public boolean hasAdministrators() {
        return role == Role.ADMIN;
      }
    };
  }

  /** Whether a credential is valid. */
  public static boolean admits(Authenticator known, String credential) {
    return known.find(credential).isPresent();
  }
}
