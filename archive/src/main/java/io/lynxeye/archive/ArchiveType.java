package io.lynxeye.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Archive formats, recognised by their first bytes, because names and media types can be wrong. */
enum ArchiveType {
  ZIP,
  TAR_GZ,
  TAR;

  private static final int TAR_BLOCK = 512;

  static ArchiveType of(Path archive) throws IOException, ArchiveException {
    byte[] head;
    try (InputStream stream = Files.newInputStream(archive)) {
      head = stream.readNBytes(TAR_BLOCK);
    }
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (start.startsWith("PK\3\4")) {
      return ZIP;
    }
    if (start.startsWith("\37\213")) {
      return TAR_GZ;
    }
    if (TarArchiveInputStream.matches(head, head.length)) {
      return TAR;
    }
    String shown = start.substring(0, Math.min(16, start.length())).replaceAll("[^ -~]", ".");
    throw new ArchiveException(
        ArchiveException.Kind.NO_ARCHIVE,
        "is not a .tar.gz, .tgz, .tar or .zip archive, it starts with \"" + shown + "\"");
  }
}
