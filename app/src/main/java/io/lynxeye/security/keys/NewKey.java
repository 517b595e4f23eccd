package io.lynxeye.security.keys;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes keys: 256 random bits in 43 characters that need no quoting. */
public final class NewKey {

  private static final int BYTES = 32;

  private NewKey() {}

  /** A new key. */
  public static String make() {
    byte[] bits = new byte[BYTES];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
