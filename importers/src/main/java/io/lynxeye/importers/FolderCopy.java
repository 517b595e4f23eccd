package io.lynxeye.importers;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.Tree;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;

/** Copies a model's folder from this machine. It must hold plain files only, and stay as it is. */
final class FolderCopy {

  private final Path folder;

  /** A file, as far as a change can be seen; the size of a folder is 0. */
  private record Seen(boolean isFolder, long bytes, FileTime modified) {}

  /**
   * @param folder exists; no link
   */
  FolderCopy(Path folder) {
    this.folder = folder;
  }

  /** The size of its files, in bytes. */
  long bytes() throws IOException {
    return new Tree(folder).bytes();
  }

  /**
   * Copies it.
   *
   * @param target does not exist
   * @throws ImportException when it holds a link or a device, or too much, or is being changed
   */
  void to(Path target, ArchiveLimits limits, Progress progress)
      throws IOException, ImportException {
    try {
      Map<Path, Seen> before = look(limits);
      copy(before, target, progress);
      if (look(limits).equals(before)) {
        return;
      }
    } catch (NoSuchFileException e) {
      // Reported below: a file was deleted or renamed.
    }
    throw new ImportException(
        folder + " changed while it was copied. Run the import again once it is complete.");
  }

  private void copy(Map<Path, Seen> seen, Path target, Progress progress) throws IOException {
    long total = seen.values().stream().mapToLong(Seen::bytes).sum();
    try (Progress.Step step = progress.begin("Copying", total)) {
      for (Map.Entry<Path, Seen> entry : seen.entrySet()) { // Folders before what is in them.
        Path copy = target.resolve(entry.getKey().toString());
        if (entry.getValue().isFolder) {
          Files.createDirectories(copy);
        } else {
          copy(folder.resolve(entry.getKey()), copy, entry.getValue().bytes, step);
        }
      }
    }
  }

  private Map<Path, Seen> look(ArchiveLimits limits) throws IOException, ImportException {
    Map<Path, Seen> seen = new TreeMap<>();
    long bytes = 0;
    for (Path path : new Tree(folder).paths(limits.entries())) {
      BasicFileAttributes file =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!file.isDirectory() && !file.isRegularFile()) {
        throw new ImportException(
            "%s holds a link or a device, %s: copy the folder with cp -rL, and import the copy."
                .formatted(folder, folder.relativize(path)));
      }
      long size = file.isDirectory() ? 0 : file.size();
      bytes += size;
      seen.put(
          folder.relativize(path), new Seen(file.isDirectory(), size, file.lastModifiedTime()));
    }
    if (seen.size() > limits.entries() || bytes > limits.bytes()) {
      throw new ImportException(
          "%s holds more than %d files or %d GB: name the folder of one model."
              .formatted(folder, limits.entries(), limits.bytes() / 1_000_000_000));
    }
    return seen;
  }

  /** A channel, because an interrupt ends it. A link that has taken the file's place is refused. */
  private static void copy(Path from, Path to, long bytes, Progress.Step step) throws IOException {
    try (FileChannel source =
            FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel target =
            FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long copied = 0;
      while (copied < bytes) {
        long more = source.transferTo(copied, bytes - copied, target);
        if (more == 0) {
          return; // It is shorter now, which is seen afterwards.
        }
        copied += more;
        step.advance(more);
      }
    }
  }
}
