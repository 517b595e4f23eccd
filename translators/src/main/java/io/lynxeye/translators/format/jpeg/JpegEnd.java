package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import java.util.Arrays;

/**
 * Where the scans of a JPEG end.
 *
 * @param at the position after the last scan
 * @param marked whether the end marker is there; some phones write their own data in its place
 */
record JpegEnd(int at, boolean marked) {

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  /** Progressive images have about ten scans; thousands are a denial-of-service attack. */
  private static final int MAX_SCANS = 100;

  private static final long ALL_COEFFICIENTS = -1;

  /**
   * Walks the scans.
   *
   * @throws InvalidImageException when there are too many scans; when there is no end marker, and
   *     the scans do not have every bit of every coefficient
   */
  static JpegEnd find(JpegImage image) throws InvalidImageException {
    EncodedBytes bytes = image.bytes();
    long[] complete = new long[256];
    int scans = 0;
    int at = image.scan();
    while (true) {
      int marker = at + 1 < bytes.length() ? bytes.u8(at + 1) : 0;
      if (marker == END_OF_IMAGE) {
        return new JpegEnd(at, true);
      }
      if (!isBetweenScans(marker) || !isWhole(bytes, at)) {
        break;
      }
      if (marker == START_OF_SCAN) {
        if (++scans > MAX_SCANS) {
          throw bytes.corrupt("it has more than " + MAX_SCANS + " scans");
        }
        add(bytes, at + 4, complete);
      }
      at = nextMarker(bytes.array(), at + 2 + bytes.u16be(at + 2));
    }
    if (Arrays.stream(complete).filter(mask -> mask == ALL_COEFFICIENTS).count()
        < image.color().components) {
      throw InvalidImageException.truncated(bytes.format());
    }
    return new JpegEnd(at, false);
  }

  /** Tables, restart interval, number of lines, application data, comments, and scans. */
  private static boolean isBetweenScans(int marker) {
    return marker == 0xc4
        || marker == 0xcc
        || (marker >= START_OF_SCAN && marker <= 0xdd)
        || (marker >= 0xe0 && marker <= 0xef)
        || marker == 0xfe;
  }

  private static boolean isWhole(EncodedBytes bytes, int at) throws InvalidImageException {
    return at + 4 <= bytes.length()
        && bytes.u16be(at + 2) >= 2
        && at + 2 + bytes.u16be(at + 2) <= bytes.length();
  }

  /** Notes the coefficients of which a scan has the last bit, per component. */
  private static void add(EncodedBytes bytes, int scan, long[] complete)
      throws InvalidImageException {
    int components = bytes.u8(scan);
    int band = scan + 1 + 2 * components;
    int first = bytes.u8(band);
    int last = Math.min(63, bytes.u8(band + 1));
    boolean lowestBit = (bytes.u8(band + 2) & 0xf) == 0;
    for (int k = first; lowestBit && k <= last; k++) {
      for (int i = 0; i < components; i++) {
        complete[bytes.u8(scan + 1 + 2 * i)] |= 1L << k;
      }
    }
  }

  /** The next marker that is not a stuffed zero, a fill byte, a restart or without meaning. */
  private static int nextMarker(byte[] data, int from) {
    int at = from;
    while (at + 1 < data.length && !(data[at] == -1 && isSegment(data[at + 1]))) {
      at++;
    }
    return at + 1 < data.length ? at : data.length;
  }

  private static boolean isSegment(byte marker) {
    int code = marker & 0xff;
    return code > 1 && code < 0xff && (code < 0xd0 || code > 0xd7);
  }
}
