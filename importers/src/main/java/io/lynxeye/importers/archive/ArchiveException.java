package io.lynxeye.importers.archive;

/** An archive is not unpacked, for a reason that lies in the archive and not in this disk. */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of reason it is, which decides what helps. */
  public enum Kind {
    /** Its first bytes are those of no kind of archive that is known. */
    NO_ARCHIVE,
    /** It ends early, or what it holds does not fit its own checksums. */
    DAMAGED,
    /** It is whole, and holds what is not unpacked from anybody. */
    REFUSED
  }

  private final Kind kind;

  ArchiveException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  ArchiveException(String damage, Throwable cause) {
    super(damage, cause);
    this.kind = Kind.DAMAGED;
  }

  /** What kind of reason the message tells; the message goes on after "the archive ...". */
  public Kind kind() {
    return kind;
  }
}
