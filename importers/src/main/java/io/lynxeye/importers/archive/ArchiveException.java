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
    super(printable(reason));
    this.kind = kind;
  }

  ArchiveException(String damage, Throwable cause) {
    super(printable(damage), cause);
    this.kind = Kind.DAMAGED;
  }

  /** Names in an archive are anybody's: none may end a line of a log or command a terminal. */
  private static String printable(String text) {
    return text.codePoints()
        .map(character -> isPrintable(character) ? character : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** What kind of reason the message tells; the message goes on after "the archive ...". */
  public Kind kind() {
    return kind;
  }
}
