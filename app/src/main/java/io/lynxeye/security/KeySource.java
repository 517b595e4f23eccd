package io.lynxeye.security;

import java.io.IOException;
import java.util.Set;

/** Where valid keys are written down. Read again and again: it may change at any time. */
public interface KeySource {

  /**
   * The hashes of the keys that are valid now.
   *
   * @throws IOException when it cannot be read or is not whole, in words for an operator
   */
  Set<KeyHash> read() throws IOException;
}
