package io.lynxeye.importers.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/** Reads an entry and compares its size and checksum at its end. */
final class CheckedZipEntry extends FilterInputStream {
  private final ZipArchiveEntry entry;
  private final CRC32 checksum = new CRC32();
  private long bytes;

  CheckedZipEntry(InputStream in, ZipArchiveEntry entry) {
    super(in);
    this.entry = entry;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read >= 0) {
      checksum.update(buffer, offset, read);
      bytes += read;
    } else if (bytes != entry.getSize() || checksum.getValue() != entry.getCrc()) {
      throw new IOException("wrong checksum of " + entry.getName());
    }
    return read;
  }
}
