package io.lynxeye.archive;

/**
 * An archive cannot be unpacked because of its content, not because of this disk. The message is a
 * clause that continues "the archive ...".
 */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kind of reason, which decides on the cure. */
  public enum Kind {
    /** Its first bytes are not those of a known archive format. */
    NO_ARCHIVE,
    /** It ends early, or its content does not match its checksums. */
    DAMAGED,
    /** It is complete, but holds something that is never unpacked. */
    REFUSED
  }

  private final Kind kind;

  ArchiveException(Kind kind, String reason) {
    super(printable(reason));
    this.kind = kind;
  }

  ArchiveException(String damage, Throwable cause) {
    super(printable(damage), cause);
    this.kind = Kind.DAMAGED;
  }

  /** Names in an archive are untrusted: they must not end a log line or control a terminal. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
  }

  /** The kind of reason. */
  public Kind kind() {
    return kind;
  }
}
