package io.lynxeye.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries whose names conflict or contain control characters. */
class EntryNamesTest {

  @TempDir Path root;

  private Path tar(String... names) throws IOException {
    Path file = root.resolve("archive.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (String name : names) {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refusal(Path archive) {
    return assertThatThrownBy(
            () -> Archive.unpack(archive, root.resolve("o"), ArchiveLimits.DEFAULT, bytes -> {}))
        .isInstanceOfSatisfying(
            ArchiveException.class,
            e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.REFUSED));
  }

  @Test
  void aDuplicateEntryIsRefused() throws IOException {
    refusal(tar("m/a", "m/b", "m/a")).hasMessage("holds m/a twice");
  }

  @Test
  void aDuplicateEntryInAZipIsRefused() throws IOException {
    Path file = root.resolve("archive.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      for (int i = 0; i < 2; i++) {
        zip.putArchiveEntry(new ZipArchiveEntry("a"));
        zip.write(i);
        zip.closeArchiveEntry();
      }
    }
    refusal(file).hasMessage("holds a twice");
  }

  @Test
  void aFileThatIsAlsoAFolderIsRefused() throws IOException {
    refusal(tar("a", "a/b/c")).hasMessage("holds a/b/c twice");
  }

  @Test
  void aFolderThatIsAlsoAFileIsRefused() throws IOException {
    refusal(tar("a/b", "a")).hasMessage("holds a twice");
    refusal(tar("c", "c/")).hasMessage("holds c/ twice");
  }

  @Test
  void namesAreShownInOneLineWithoutControlCharacters() throws IOException {
    refusal(tar("../a\n\u001b[2J\u2028\u202eb"))
        .hasMessage("holds a path that leads out of its folder, ../a??[2J??b");
  }
}
