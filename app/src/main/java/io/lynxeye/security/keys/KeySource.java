package io.lynxeye.security.keys;

import java.io.IOException;
import java.util.Set;

/** A file or variable with valid keys, which may change at any time. */
public interface KeySource {

  /**
   * Reads the valid keys.
   *
   * @throws IOException when the source cannot be read or is incomplete, with cause and cure
   */
  Set<NamedKey> read() throws IOException;
}
