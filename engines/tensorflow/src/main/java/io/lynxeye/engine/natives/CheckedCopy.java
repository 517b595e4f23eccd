package io.lynxeye.engine.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Remembers, in a file next to a folder of libraries, that their digests were checked, with what
 * the file system says of each file: size, inode and change time, which no program can set back.
 *
 * @param files the names of the files in the folder
 */
record CheckedCopy(Path folder, List<String> files) {

  private static final String ATTRIBUTES = "unix:size,ino,ctime";

  private Path note() {
    return folder.resolveSibling(folder.getFileName() + ".checked");
  }

  /** Whether exactly these files were checked before. */
  boolean isKnown() throws IOException {
    try {
      return Files.exists(note()) && Files.readString(note()).equals(state());
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return false; // A file system without these attributes.
    }
  }

  /** To be called once the digests are right. In a cache that is only read, nothing is kept. */
  void remember() {
    try {
      Files.writeString(note(), state(), StandardCharsets.UTF_8);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      // The next start checks again.
    }
  }

  private String state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (String file : files) {
      Map<String, Object> seen = Files.readAttributes(folder.resolve(file), ATTRIBUTES);
      state
          .append(file)
          .append(' ')
          .append(seen.get("size"))
          .append(' ')
          .append(seen.get("ino"))
          .append(' ')
          .append(seen.get("ctime"))
          .append('\n');
    }
    return state.toString();
  }
}
