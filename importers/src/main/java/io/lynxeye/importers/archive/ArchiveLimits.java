package io.lynxeye.importers.archive;

/**
 * How much an archive may become, against those made to fill a disk.
 *
 * @param entries files and folders at most
 * @param bytes expanded bytes at most
 * @param ratio how many times its own size it may expand to, beyond a first ten megabytes
 */
public record ArchiveLimits(int entries, long bytes, int ratio) {
  private static final long ALWAYS_ALLOWED = 10_000_000;

  /** Far above any model: weights hardly compress. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(10_000, 20_000_000_000L, 50);

  long bytesFor(long archiveBytes) {
    return Math.min(bytes, ALWAYS_ALLOWED + ratio * archiveBytes);
  }
}
