package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import java.util.BitSet;

/**
 * The part of lossless data before its pixels, read for the memory that the decoder's tables will
 * need.
 *
 * <p>The data can declare up to 65,536 groups of prefix codes, whatever the size of the file, and
 * the decoder builds tables of 12 to 20 KB for each group that a block of pixels refers to. Which
 * they are is coded like a small image, after other small images that must be read first. Only
 * their literal pixels matter: all others repeat those.
 */
final class LosslessHeader {

  private static final int LITERALS = 256;
  private static final int COPIES = 24;
  private static final int DISTANCES = 40;

  private static final int PREDICTOR = 0;
  private static final int CROSS_COLOUR = 1;
  private static final int COLOUR_INDEXING = 3;

  // Of libwebp 1.6: the largest tables of the four alphabets of fixed size and of the green one,
  // in entries of 4 bytes; and the structure of a group.
  private static final int TABLE_ENTRIES = 3 * 630 + 410 + 654;
  private static final long ENTRY_BYTES = 4;
  private static final long GROUP_BYTES = 568;

  /** From this many groups on, those that no block refers to get no tables. */
  private static final int MAPPED_GROUPS = 1000;

  private static final long MAPPING_BYTES = 4L << 16;

  private final LosslessBits bits;
  private final int width;
  private final int height;
  private long smallImageBytes;

  /**
   * Prepares to read.
   *
   * @param start position of the first transform: after the size, where the data has it
   */
  LosslessHeader(EncodedBytes bytes, int start, int end, int width, int height) {
    this.bits = new LosslessBits(bytes, start, end);
    this.width = width;
    this.height = height;
  }

  /** Memory for tables, and for the small images that are kept while pixels are decoded. */
  long tableBytes() throws InvalidImageException {
    int columns = readTransforms();
    int cacheBits = readCacheBits();
    long groups = bits.next() ? readGroups(columns) : 1;
    int cache = cacheBits == 0 ? 0 : (1 << cacheBits) + 2;
    long tables = groups * (GROUP_BYTES + ENTRY_BYTES * (TABLE_ENTRIES + cache));
    return tables + smallImageBytes + MAPPING_BYTES;
  }

  /** Returns the number of columns that are coded: fewer when a palette packs several into one. */
  private int readTransforms() throws InvalidImageException {
    int columns = width;
    int seen = 0;
    while (bits.next()) {
      int transform = bits.read(2);
      if ((seen >> transform & 1) == 1) {
        throw bits.damaged();
      }
      seen |= 1 << transform;
      if (transform == PREDICTOR || transform == CROSS_COLOUR) {
        int shift = 2 + bits.read(3);
        readSmallImage(blocks(columns, shift), blocks(height, shift));
      } else if (transform == COLOUR_INDEXING) {
        int colours = 1 + bits.read(8);
        readSmallImage(colours, 1);
        columns = blocks(columns, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
      }
    }
    return columns;
  }

  private static int blocks(int pixels, int shift) {
    return (pixels + (1 << shift) - 1) >> shift;
  }

  private int readCacheBits() throws InvalidImageException {
    if (!bits.next()) {
      return 0;
    }
    int cacheBits = bits.read(4);
    if (cacheBits < 1 || cacheBits > 11) {
      throw bits.damaged();
    }
    return cacheBits;
  }

  /** Returns the most groups that get tables. */
  private long readGroups(int columns) throws InvalidImageException {
    int shift = 2 + bits.read(3);
    int wide = blocks(columns, shift);
    int high = blocks(height, shift);
    BitSet groups = readSmallImage(wide, high);
    groups.set(0); // What an empty colour cache holds.
    long declared = groups.length();
    long referred = Math.min(groups.cardinality(), (long) wide * high);
    return Math.max(referred, Math.min(declared, MAPPED_GROUPS));
  }

  /** Reads a small image and returns the literal values of its red and green channels. */
  private BitSet readSmallImage(int columns, int rows) throws InvalidImageException {
    long left = (long) columns * rows;
    smallImageBytes += ENTRY_BYTES * left;
    int cacheBits = readCacheBits();
    PrefixCode green =
        PrefixCode.read(bits, LITERALS + COPIES + (cacheBits == 0 ? 0 : 1 << cacheBits));
    PrefixCode red = PrefixCode.read(bits, LITERALS);
    PrefixCode blue = PrefixCode.read(bits, LITERALS);
    PrefixCode alpha = PrefixCode.read(bits, LITERALS);
    PrefixCode distance = PrefixCode.read(bits, DISTANCES);
    boolean isUniform =
        green.isConstant() && red.isConstant() && blue.isConstant() && alpha.isConstant();
    BitSet values = new BitSet();
    while (left > 0) {
      int symbol = green.next(bits);
      if (symbol < LITERALS) {
        values.set(red.next(bits) << 8 | symbol);
        blue.next(bits);
        alpha.next(bits);
        left = isUniform ? 0 : left - 1; // Else a few bytes could cost millions of steps.
      } else if (symbol < LITERALS + COPIES) {
        left -= readNumber(symbol - LITERALS);
        readNumber(distance.next(bits));
        if (left < 0 || green.isConstant()) { // A first pixel has nothing to copy.
          throw bits.damaged();
        }
      } else {
        left = green.isConstant() ? 0 : left - 1;
      }
    }
    return values;
  }

  /** A length or a distance: a symbol that may have further bits. */
  private int readNumber(int symbol) throws InvalidImageException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = (symbol - 2) >> 1;
    return ((2 + (symbol & 1)) << extra) + bits.read(extra) + 1;
  }
}
