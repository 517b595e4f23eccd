package io.lynxeye.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks one untrusted archive into one folder: no path may leave the folder, links and devices
 * are refused, the number of entries and bytes is limited while they are written, and an archive
 * that ends early is detected even when it ends between two entries.
 */
public final class Archive {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TAR_RECORD = 512;
  private static final int UNIX_TYPE = 0xF000;
  private static final int UNIX_FILE = 0x8000;
  private static final int UNIX_FOLDER = 0x4000;

  private final Path archive;
  private final Destination destination;
  private final LongConsumer progress;

  private Archive(Path archive, Destination destination, LongConsumer progress) {
    this.archive = archive;
    this.destination = destination;
    this.progress = progress;
  }

  /**
   * Unpacks a .zip, .tar.gz or .tar archive, recognised by its content. After a failure the caller
   * deletes what is in the folder.
   *
   * @param folder created if missing; nothing is written outside
   * @param progress receives how many more bytes of the archive are done, on this thread
   * @throws ArchiveException when the archive is the reason
   * @throws IOException when this disk, or an interruption, is the reason
   */
  public static void unpack(Path archive, Path folder, ArchiveLimits limits, LongConsumer progress)
      throws IOException, ArchiveException {
    try {
      Destination destination = new Destination(folder, limits, Files.size(archive));
      new Archive(archive, destination, progress).run(ArchiveType.of(archive));
    } catch (IOException e) {
      if (isLocal(e)) {
        throw e;
      }
      throw damaged(e);
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      throw damaged(e); // From the library, for nonsensical headers.
    }
  }

  private static ArchiveException damaged(Exception e) {
    String details = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    return new ArchiveException("is damaged or cut short" + details, e);
  }

  /**
   * Whether the failure comes from this machine, its disk or an interruption, not from the data.
   */
  public static boolean isLocal(IOException failure) {
    return failure instanceof FileSystemException
        || failure instanceof ClosedByInterruptException
        || isDiskFull(failure);
  }

  /** Whether a write failed for lack of space. */
  public static boolean isDiskFull(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }

  private void run(ArchiveType type) throws IOException, ArchiveException {
    if (type == ArchiveType.ZIP) {
      zip();
      return;
    }
    try (InputStream file = new MeteredStream(Files.newInputStream(archive), progress)) {
      if (type == ArchiveType.TAR) {
        tar(file);
      } else {
        InputStream plain = new GZIPInputStream(file, BUFFER_BYTES);
        tar(plain);
        destination.drain(plain); // Up to the checksum at the end.
      }
      destination.drain(file);
    }
  }

  private void tar(InputStream plain) throws IOException, ArchiveException {
    long[] read = {0};
    InputStream counted = new MeteredStream(plain, more -> read[0] += more);
    TarArchiveInputStream tar = new TarArchiveInputStream(counted);
    long lastEntry = 0;
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      boolean plainFile = entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
      destination.write(entry.getName(), entry.isDirectory(), plainFile && !special(entry), tar);
      lastEntry = (read[0] + TAR_RECORD - 1) / TAR_RECORD * TAR_RECORD;
    }
    if (read[0] < lastEntry + TAR_RECORD) {
      throw new IOException("its end-of-archive block is missing");
    }
  }

  private static boolean special(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  private void zip() throws IOException, ArchiveException {
    long reported = 0;
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        requireReadable(zip, entry);
        CRC32 checksum = new CRC32();
        try (InputStream content = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
          long bytes =
              destination.write(entry.getName(), entry.isDirectory(), !isSpecial(entry), content);
          boolean isIntact = bytes == entry.getSize() && checksum.getValue() == entry.getCrc();
          if (!isIntact && !entry.isDirectory()) {
            throw new IOException("wrong checksum of " + entry.getName());
          }
        }
        progress.accept(entry.getCompressedSize());
        reported += entry.getCompressedSize();
      }
    }
    progress.accept(Math.max(0, Files.size(archive) - reported));
  }

  private static void requireReadable(ZipFile zip, ZipArchiveEntry entry) throws ArchiveException {
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      throw Destination.refused("holds encrypted entries, such as " + entry.getName());
    }
    boolean isUsual =
        entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
    if (!isUsual || !zip.canReadEntryData(entry)) {
      throw Destination.refused(
          "uses a compression that is not supported (zip method " + entry.getMethod() + ")");
    }
  }

  /** Whether the Unix mode is that of a link or device; most zips have no mode. */
  private static boolean isSpecial(ZipArchiveEntry entry) {
    int type = entry.getUnixMode() & UNIX_TYPE;
    return entry.isUnixSymlink() || (type != 0 && type != UNIX_FILE && type != UNIX_FOLDER);
  }
}
