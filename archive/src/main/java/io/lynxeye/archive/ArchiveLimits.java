package io.lynxeye.archive;

/**
 * Limits on an unpacked archive, against archives made to fill a disk.
 *
 * @param entries maximum number of files and folders
 * @param bytes maximum number of expanded bytes
 * @param ratio maximum expansion, as a multiple of the archive's size; the first ten megabytes are
 *     always allowed
 */
public record ArchiveLimits(int entries, long bytes, int ratio) {
  private static final long ALWAYS_ALLOWED = 10_000_000;

  /** Far above any model: weights hardly compress. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(10_000, 20_000_000_000L, 50);

  long bytesFor(long archiveBytes) {
    return Math.min(bytes, ALWAYS_ALLOWED + ratio * archiveBytes);
  }
}
