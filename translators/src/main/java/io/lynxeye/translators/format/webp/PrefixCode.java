package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.InvalidImageException;
import java.util.Arrays;

/** A canonical prefix code of lossless data, decoded bit by bit. */
final class PrefixCode {

  private static final int MAX_LENGTH = 15;
  private static final int CODE_LENGTHS = 19;
  private static final int[] ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private final int[] counts = new int[MAX_LENGTH + 1];
  private final int[] symbols;

  /** Fails unless the lengths make a complete code, or name a single symbol. */
  private PrefixCode(int[] lengths, LosslessBits bits) throws InvalidImageException {
    int used = 0;
    int free = 1 << MAX_LENGTH;
    for (int length : lengths) {
      if (length > 0) {
        counts[length]++;
        used++;
        free -= 1 << (MAX_LENGTH - length);
      }
    }
    if (used == 0 || (used > 1 && free != 0)) {
      throw bits.damaged();
    }
    symbols = new int[used];
    int next = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          symbols[next++] = symbol;
        }
      }
    }
  }

  /** Reads the description of a code for symbols below {@code alphabet}. */
  static PrefixCode read(LosslessBits bits, int alphabet) throws InvalidImageException {
    int[] lengths = new int[Math.max(alphabet, 256)];
    if (bits.next()) {
      boolean hasSecond = bits.next();
      lengths[bits.read(bits.next() ? 8 : 1)] = 1;
      if (hasSecond) {
        lengths[bits.read(8)] = 1;
      }
    } else {
      readLengths(bits, alphabet, lengths);
    }
    return new PrefixCode(Arrays.copyOf(lengths, alphabet), bits);
  }

  private static void readLengths(LosslessBits bits, int alphabet, int[] lengths)
      throws InvalidImageException {
    int[] codeLengths = new int[CODE_LENGTHS];
    int count = 4 + bits.read(4);
    for (int i = 0; i < count; i++) {
      codeLengths[ORDER[i]] = bits.read(3);
    }
    PrefixCode code = new PrefixCode(codeLengths, bits);
    int left = alphabet;
    if (bits.next()) {
      left = 2 + bits.read(2 + 2 * bits.read(3));
      if (left > alphabet) {
        throw bits.damaged();
      }
    }
    int previous = 8;
    int symbol = 0;
    while (symbol < alphabet && left-- > 0) {
      int length = code.next(bits);
      if (length < 16) {
        lengths[symbol++] = length;
        previous = length == 0 ? previous : length;
        continue;
      }
      int repeat =
          switch (length) {
            case 16 -> 3 + bits.read(2);
            case 17 -> 3 + bits.read(3);
            default -> 11 + bits.read(7);
          };
      if (symbol + repeat > alphabet) {
        throw bits.damaged();
      }
      Arrays.fill(lengths, symbol, symbol + repeat, length == 16 ? previous : 0);
      symbol += repeat;
    }
  }

  /** Whether there is one symbol only, for which no bits are spent. */
  boolean isConstant() {
    return symbols.length == 1;
  }

  /** Decodes the next symbol. */
  int next(LosslessBits bits) throws InvalidImageException {
    if (isConstant()) {
      return symbols[0];
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code |= bits.read(1);
      int count = counts[length];
      if (code - first < count) {
        return symbols[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw bits.damaged();
  }
}
