package io.lynxeye.http.connection;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/**
 * The frames around the data of a gzip file (RFC 1952), which has one member or more: reads the
 * headers, and checks the length and the checksum in the trailers. Bytes arrive in pieces of any
 * size.
 */
final class GzipMembers {

  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int MAX_OPTIONAL_BYTES = 1 << 16; // As much as the extra field can have.
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private enum Part {
    HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    DATA,
    TRAILER
  }

  private final CRC32 crc = new CRC32();
  private final byte[] fixed = new byte[HEADER_BYTES];
  private Part part = Part.HEADER;
  private int filled;
  private int flags;
  private int extra;
  private int optional;
  private int length;

  /** Whether the next byte is data. */
  boolean isInData() {
    return part == Part.DATA;
  }

  /** Whether a member is complete and no other has begun. */
  boolean isBetweenMembers() {
    return part == Part.HEADER && filled == 0;
  }

  /** The data of a member was unpacked to these bytes. */
  void unpacked(byte[] bytes, int count) {
    crc.update(bytes, 0, count);
    length += count; // Modulo 2^32, as in the trailer.
  }

  /** The data of a member is complete; its trailer follows. */
  void dataEnded() {
    enter(Part.TRAILER);
  }

  /**
   * Reads bytes that are not data.
   *
   * @return the position of the first byte that was not read
   */
  int frame(byte[] bytes, int from) throws DataFormatException {
    int at = from;
    while (at < bytes.length && !isInData()) {
      read(bytes[at++]);
    }
    return at;
  }

  private void read(byte next) throws DataFormatException {
    switch (part) {
      case HEADER -> {
        if (fill(next, HEADER_BYTES)) {
          header();
        }
      }
      case EXTRA_LENGTH -> {
        if (fill(next, 2)) {
          extra = (int) number(0, 2);
          after(extra == 0 ? Part.EXTRA : Part.EXTRA_LENGTH);
        }
      }
      case EXTRA -> {
        if (--extra == 0) {
          after(Part.EXTRA);
        }
      }
      case NAME, COMMENT -> {
        if (++optional > MAX_OPTIONAL_BYTES) {
          throw new DataFormatException("its header is too long");
        }
        if (next == 0) {
          after(part);
        }
      }
      case HEADER_CRC -> {
        if (fill(next, 2)) { // Not checked: neither does zlib where it is not asked to.
          after(part);
        }
      }
      case TRAILER -> {
        if (fill(next, TRAILER_BYTES)) {
          trailer();
        }
      }
      case DATA -> throw new IllegalStateException("data is not part of the frame");
    }
  }

  private boolean fill(byte next, int size) {
    fixed[filled++] = next;
    return filled == size;
  }

  private void header() throws DataFormatException {
    flags = fixed[3] & 0xff;
    if (number(0, 2) != 0x8b1f || fixed[2] != 8 || (flags & RESERVED) != 0) {
      throw new DataFormatException("it is not gzip");
    }
    optional = 0;
    after(Part.HEADER);
  }

  /** Enters the next part that the flags announce. */
  private void after(Part done) {
    if (done == Part.EXTRA_LENGTH) {
      enter(Part.EXTRA);
    } else if (done.compareTo(Part.EXTRA_LENGTH) < 0 && (flags & EXTRA) != 0) {
      enter(Part.EXTRA_LENGTH);
    } else if (done.compareTo(Part.NAME) < 0 && (flags & NAME) != 0) {
      enter(Part.NAME);
    } else if (done.compareTo(Part.COMMENT) < 0 && (flags & COMMENT) != 0) {
      enter(Part.COMMENT);
    } else if (done.compareTo(Part.HEADER_CRC) < 0 && (flags & HEADER_CRC) != 0) {
      enter(Part.HEADER_CRC);
    } else {
      enter(Part.DATA);
    }
  }

  private void enter(Part next) {
    part = next;
    filled = 0;
  }

  private void trailer() throws DataFormatException {
    if (number(0, 4) != crc.getValue() || (int) number(4, 4) != length) {
      throw new DataFormatException("its checksum is wrong");
    }
    crc.reset();
    length = 0;
    enter(Part.HEADER);
  }

  /** Little-endian. */
  private long number(int at, int size) {
    long number = 0;
    for (int i = size - 1; i >= 0; i--) {
      number = (number << 8) | (fixed[at + i] & 0xff);
    }
    return number;
  }
}
