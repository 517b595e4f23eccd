package io.lynxeye.collection;

import java.util.zip.CRC32C;

/**
 * Which pictures are noted: a share of them, by their content alone. The same picture is noted
 * always or never, on every server; a larger share has all that a smaller one has.
 */
record Sampling(double share) {

  private static final double ALL = 1L << 32;

  /** Takes microseconds for a usual picture: it is asked on event loops. */
  boolean takes(byte[] picture) {
    if (share >= 1) {
      return true;
    }
    CRC32C digest = new CRC32C();
    digest.update(picture, 0, picture.length);
    return digest.getValue() < share * ALL;
  }
}
