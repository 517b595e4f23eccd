package io.lynxeye.translators.image;

import java.util.Optional;

/**
 * The first directory (IFD) of a TIFF structure: of a TIFF file, or of an EXIF block. Only the
 * entries that are asked for are read, so that counts and links in a hostile file cost nothing.
 */
public final class TiffDirectory {

  /** Length of an entry: tag, type, number of values, and the values or their position. */
  public static final int ENTRY_BYTES = 12;

  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** Bytes per value of the types 1 (BYTE) to 13 (IFD). */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  private final EncodedBytes bytes;
  private final int start;
  private final int end;
  private final boolean little;
  private final int entries;
  private final int first;
  private final boolean whole;

  private TiffDirectory(EncodedBytes bytes, int start, int end, boolean little)
      throws InvalidImageException {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.little = little;
    long at = start + u32(start + 4);
    if (at + 2 > end) {
      throw InvalidImageException.truncated(bytes.format());
    }
    int declared = u16((int) at);
    this.first = (int) at + 2;
    this.entries = Math.min(declared, (end - first) / ENTRY_BYTES);
    this.whole = entries == declared;
  }

  /** Whether a TIFF structure begins here: its byte order mark, and its version. */
  public static boolean isAt(EncodedBytes bytes, int start) {
    return bytes.hasText(start, "II*\0") || bytes.hasText(start, "MM\0*");
  }

  /**
   * Finds the directory of the structure that begins at {@code start}, where {@link #isAt} is true.
   *
   * @param end no byte from here on is read
   * @throws InvalidImageException when the directory begins past the end
   */
  public static TiffDirectory read(EncodedBytes bytes, int start, int end)
      throws InvalidImageException {
    return new TiffDirectory(
        bytes, start, Math.min(end, bytes.length()), bytes.hasText(start, "II"));
  }

  /** Whether every entry is before the end. */
  public boolean isWhole() {
    return whole;
  }

  /** Whether numbers are stored with their lowest byte first. */
  public boolean isLittleEndian() {
    return little;
  }

  /** The values of a tag, in the file. */
  public final class Field {

    private final int entry;
    private final int type;

    private Field(int entry) throws InvalidImageException {
      this.entry = entry;
      this.type = u16(entry + 2);
    }

    /** Position of the entry. */
    public int entry() {
      return entry;
    }

    /** Number of values, as declared: it may exceed what the file has. */
    public long count() throws InvalidImageException {
      return u32(entry + 4);
    }

    /** Bytes per value of a SHORT or LONG; 0 of any other type, which no number here has. */
    private int size() {
      return type == SHORT || type == LONG ? TYPE_BYTES[type] : 0;
    }

    /** Length of all values, in bytes. */
    public long length() throws InvalidImageException {
      return count() * (type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0);
    }

    /** Position of the first value. */
    public long position() throws InvalidImageException {
      return length() <= 4 ? entry + 8 : start + u32(entry + 8);
    }

    /**
     * One value, unsigned.
     *
     * @throws InvalidImageException when it lies past the end, or is not a whole number
     */
    public long at(int index) throws InvalidImageException {
      int size = size();
      long at = position() + (long) index * size;
      if (size == 0 || index >= count()) {
        throw bytes.corrupt("a tag has the wrong type or too few values");
      }
      if (at + size > end) {
        throw InvalidImageException.truncated(bytes.format());
      }
      int value = (int) at;
      return size == 2 ? u16(value) : u32(value);
    }
  }

  /** The values of a tag; empty if the directory does not have it. */
  public Optional<Field> field(int tag) throws InvalidImageException {
    for (int i = 0; i < entries; i++) {
      int entry = first + ENTRY_BYTES * i;
      if (u16(entry) == tag) {
        return Optional.of(new Field(entry));
      }
    }
    return Optional.empty();
  }

  /** The first value of a tag, unsigned. */
  public long value(int tag, long ifAbsent) throws InvalidImageException {
    Optional<Field> field = field(tag);
    return field.isPresent() ? field.get().at(0) : ifAbsent;
  }

  private int u16(int at) throws InvalidImageException {
    return little ? bytes.u16le(at) : bytes.u16be(at);
  }

  private long u32(int at) throws InvalidImageException {
    return Integer.toUnsignedLong(little ? bytes.i32le(at) : bytes.i32be(at));
  }
}
