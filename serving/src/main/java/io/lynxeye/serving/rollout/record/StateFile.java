package io.lynxeye.serving.rollout.record;

import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are replaced as a whole: a killed process leaves the old one or the new one, and
 * readers never see half of one. Any thread of any process may replace a file; the last one counts.
 */
public final class StateFile {

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  /** As any other file: the umask of the process takes rights away. */
  private static final FileAttribute<Set<PosixFilePermission>> RIGHTS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"));

  private StateFile() {}

  /** Replaces a file by a rename, after the text was written to the disk; creates its folder. */
  public static void replace(Path target, String text) throws IOException {
    Path folder = Files.createDirectories(target.getParent());
    Path temporary = Files.createTempFile(folder, "." + target.getFileName() + ".", ".tmp", RIGHTS);
    try {
      write(temporary, text);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(folder);
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Makes a rename last, where the system can do that. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("{} cannot be forced to the disk", folder, e);
    }
  }

  /**
   * The JSON object that a file holds.
   *
   * @param format the value of {@code format} that it must have
   * @throws DamagedException when the text is something else
   */
  public static Map<String, Object> json(String text, long format) throws DamagedException {
    Map<String, Object> json;
    try {
      json =
          JsonReader.object(text)
              .orElseThrow(() -> new DamagedException("it is not a JSON object"));
    } catch (IOException e) {
      throw new DamagedException(e.getMessage(), e);
    }
    Object actual = json.get("format");
    if (!Long.valueOf(format).equals(actual)) {
      throw new DamagedException("it has the format " + actual + ", not " + format);
    }
    return json;
  }

  /** Renames a damaged file, so that it can be looked at and is not read again. */
  public static void putAside(Path file) {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("{} stays where it is: {}", file, UnwritableException.reason(e));
    }
  }
}
