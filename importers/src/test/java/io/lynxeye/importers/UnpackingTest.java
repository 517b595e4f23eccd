package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackingTest {
  private static final int TWENTY_MEGABYTES = 20_000_000;

  enum Format {
    TAR,
    TAR_GZ,
    ZIP;

    Path write(Archives archive, Path folder) throws IOException {
      Path file = folder.resolve("archive");
      return switch (this) {
        case TAR -> archive.tar(file);
        case TAR_GZ -> archive.tarGz(file);
        case ZIP -> archive.zip(file);
      };
    }
  }

  @TempDir Path root;

  @ParameterizedTest
  @EnumSource
  void unpacksEveryFormatAndReportsTheSizeOfTheArchive(Format format) throws Exception {
    Archives archive =
        new Archives().folder("a/").file("a/one", "1").file("./b/two", "2").file("three", "3");
    Path file = format.write(archive, root);
    RecordingProgress progress = new RecordingProgress();

    ModelImporter.unpack(fetched(file), root.resolve("out"), ArchiveLimits.DEFAULT, progress);

    assertThat(Workshop.below(root.resolve("out"))).containsExactly("a/one", "b/two", "three");
    assertThat(root.resolve("out/b/two")).hasContent("2");
    long size = Files.size(file);
    assertThat(progress.steps()).containsExactly("Unpacking: " + size + " of " + size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "/tmp/evil", "..\\evil"})
  void refusesPathsThatLeadOut(String name) throws Exception {
    refusal(new Archives().file(name, "x").tarGz(root.resolve("x")))
        .hasMessageContaining("leads out of its folder, " + name);
    refusal(new Archives().file(name, "x").zip(root.resolve("x")));
    assertThat(root.resolve("evil")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(bytes = {'1', '2', '3', '4', '6'})
  void refusesLinksAndDevices(byte kind) throws Exception {
    refusal(new Archives().special("strange", kind).tar(root.resolve("x")))
        .hasMessageContaining("holds a link or a device, strange");
  }

  @Test
  void refusesALinkInAZip() throws Exception {
    Archives archive = new Archives().special("strange", TarArchiveEntry.LF_SYMLINK);

    refusal(archive.zip(root.resolve("x"))).hasMessageContaining("holds a link");
  }

  @ParameterizedTest
  @EnumSource(names = {"TAR_GZ", "ZIP"})
  void refusesABombBeforeItFillsTheDisk(Format format) throws Exception {
    Archives bomb = new Archives().file("zeros", new byte[TWENTY_MEGABYTES]);

    refusal(format.write(bomb, root)).hasMessageContaining("expands to far more");
    assertThat(Files.size(root.resolve("out/zeros"))).isLessThan(TWENTY_MEGABYTES);
  }

  @Test
  void limitsTheBytesAtAnyRatio() throws Exception {
    Path file = new Archives().file("four", "1234").tar(root.resolve("x"));

    refusal(file, new ArchiveLimits(10, 3, 50)).hasMessageContaining("expands to far more");
  }

  @Test
  void limitsTheNumberOfEntries() throws Exception {
    Path file = new Archives().file("1", "").file("2", "").file("3", "").tar(root.resolve("x"));

    refusal(file, new ArchiveLimits(2, 100, 50)).hasMessageContaining("more than 2 entries");
  }

  @Test
  void reportsADamagedArchive() throws Exception {
    Path file = new Archives().file("a", "some text").tarGz(root.resolve("x"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    refusal(file).hasMessageContaining("is damaged or cut short").hasMessageContaining("again");
  }

  @Test
  void quotesTheStartOfAFileThatIsNotAnArchive() throws Exception {
    refusal(Files.writeString(root.resolve("x"), "<!DOCTYPE html><html>"))
        .hasMessageContaining("is not a .tar.gz, .tgz, .tar or .zip archive");
    refusal(Files.createFile(root.resolve("empty"))).hasMessageContaining("is not a .tar.gz");
  }

  @Test
  void refusesADuplicateEntry() throws Exception {
    refusal(new Archives().file("a", "1").file("a", "2").tar(root.resolve("x")))
        .hasMessageContaining("holds a twice");
  }

  @Test
  void passesDiskFailuresToTheCaller() throws Exception {
    Path file = new Archives().file("a", "1").tar(root.resolve("x"));
    Path belowAFile = file.resolve("out");

    assertThatThrownBy(
            () ->
                ModelImporter.unpack(
                    fetched(file), belowAFile, ArchiveLimits.DEFAULT, Progress.silent()))
        .isInstanceOf(IOException.class);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refusal(Path archive) {
    return refusal(archive, ArchiveLimits.DEFAULT);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refusal(
      Path archive, ArchiveLimits limits) {
    return assertThatThrownBy(
            () ->
                ModelImporter.unpack(
                    fetched(archive), root.resolve("out"), limits, Progress.silent()))
        .isInstanceOf(ImportException.class);
  }

  private static FetchedArchive fetched(Path file) {
    return new FetchedArchive(file, "", file.toString());
  }
}
