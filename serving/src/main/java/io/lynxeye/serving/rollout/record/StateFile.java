package io.lynxeye.serving.rollout.record;

import io.lynxeye.archive.UnwritableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are replaced as a whole: a killed process leaves the old one or the new one, and
 * readers never see half of one. One thread of a process at a time may replace a file.
 */
public final class StateFile {

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private StateFile() {}

  /** Replaces a file by a rename, after the text was written to the disk; creates its folder. */
  public static void replace(Path target, String text) throws IOException {
    Path folder = Files.createDirectories(target.getParent());
    long process = ProcessHandle.current().pid(); // Another one may write the same file.
    Path temporary = folder.resolve(".%s.%d.tmp".formatted(target.getFileName(), process));
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
  }

  /** Makes a rename last, where the system can do that. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("{} cannot be forced to the disk", folder, e);
    }
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
