package io.lynxeye.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that end early, at any position, and zips that cannot be read. */
class ArchiveTest {
  private static final int RECORD = 512;

  @TempDir Path root;

  private Path file(byte[] content) throws IOException {
    return Files.write(root.resolve("archive"), content);
  }

  private void unpack(byte[] content) throws IOException, ArchiveException {
    Path folder = Files.createTempDirectory(root, "out");
    Archive.unpack(file(content), folder, ArchiveLimits.DEFAULT, bytes -> {});
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refusal(byte[] content) {
    return assertThatThrownBy(() -> unpack(content)).isInstanceOf(ArchiveException.class);
  }

  private static ArchiveException.Kind kind(Throwable failure) {
    return ((ArchiveException) failure).kind();
  }

  private void assertDamaged(byte[] content, String where) {
    refusal(content)
        .as(where)
        .extracting(ArchiveTest::kind)
        .isEqualTo(ArchiveException.Kind.DAMAGED);
  }

  /** Three files. The last has only zeros, which look like an end-of-archive block. */
  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (byte[] content : new byte[][] {{1, 2, 3}, new byte[RECORD], new byte[2 * RECORD]}) {
        TarArchiveEntry entry = new TarArchiveEntry("file" + content.length);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.DEFLATED);
      zip.putNextEntry(new ZipEntry("file"));
      zip.write("some content that is long enough".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @Test
  void aTarCutAnywhereBeforeItsEndBlockIsDamaged() throws Exception {
    byte[] tar = tar();
    int entries = 2 * RECORD + 2 * RECORD + 3 * RECORD;
    for (int length = RECORD; length < entries + RECORD; length += RECORD / 2) {
      assertDamaged(Arrays.copyOf(tar, length), "cut at " + length);
    }
    unpack(Arrays.copyOf(tar, entries + RECORD));
    unpack(tar);
  }

  @Test
  void aGzippedTarCutAnywhereIsDamaged() throws Exception {
    byte[] gzipped = gzip(tar());
    for (int length = 3; length < gzipped.length; length++) {
      assertDamaged(Arrays.copyOf(gzipped, length), "cut at " + length);
    }
    unpack(gzipped);
  }

  @Test
  void aGzippedTarThatWasCutBeforeItWasGzippedIsDamaged() throws Exception {
    assertDamaged(gzip(Arrays.copyOf(tar(), 2 * RECORD)), "cut between two entries");
  }

  @Test
  void aZipCutAnywhereIsDamaged() throws Exception {
    byte[] zip = zip();
    for (int length = 4; length < zip.length; length++) {
      assertDamaged(Arrays.copyOf(zip, length), "cut at " + length);
    }
    unpack(zip);
  }

  @Test
  void aZipWithAnotherChecksumThanItsContentIsDamaged() throws Exception {
    byte[] zip = zip();
    int directory = indexOf(zip, new byte[] {'P', 'K', 1, 2});
    zip[directory + 16] ^= 1;

    refusal(zip).hasMessageContaining("wrong checksum of file");
  }

  @Test
  void anEncryptedZipIsRefused() throws Exception {
    byte[] zip = zip();
    zip[indexOf(zip, new byte[] {'P', 'K', 1, 2}) + 8] |= 1;
    zip[6] |= 1;

    refusal(zip)
        .hasMessage("holds encrypted entries, such as file")
        .extracting(ArchiveTest::kind)
        .isEqualTo(ArchiveException.Kind.REFUSED);
  }

  @Test
  void aCompressionThatIsNotSupportedIsRefused() throws Exception {
    byte[] zip = zip();
    zip[indexOf(zip, new byte[] {'P', 'K', 1, 2}) + 10] = 95; // XZ
    zip[8] = 95;

    refusal(zip).hasMessage("uses a compression that is not supported (zip method 95)");
  }

  @Test
  void anEndlessGzipAfterTheTarIsRefused() throws Exception {
    byte[] tar = tar();
    refusal(gzip(Arrays.copyOf(tar, tar.length + 20_000_000)))
        .hasMessage("expands to far more than its own size");
  }

  private static int indexOf(byte[] bytes, byte[] sought) {
    for (int i = 0; i + sought.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void anArchiveWithWrongBytesIsUnpackedOrRefused() throws Exception {
    Random random = new Random(7);
    int refused = 0;
    for (byte[] whole : new byte[][] {tar(), gzip(tar()), zip()}) {
      for (int i = 0; i < 200; i++) {
        byte[] wrong = whole.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          wrong[random.nextInt(wrong.length)] = (byte) random.nextInt(256);
        }
        try {
          unpack(wrong);
        } catch (ArchiveException | IOException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(200, 599);
  }

  @Test
  void diskFailuresAreNotReportedAsDamage() {
    assertThat(Archive.isLocal(new IOException("No space left on device"))).isTrue();
    assertThat(Archive.isLocal(new FileAlreadyExistsException("a"))).isTrue();
    assertThat(Archive.isLocal(new IOException("Truncated TAR archive"))).isFalse();
  }

  @Test
  void theErrorNamesTheTypeOfAFileThatIsNotAnArchive() {
    refusal("no archive at all".getBytes(StandardCharsets.UTF_8))
        .extracting(ArchiveTest::kind)
        .isEqualTo(ArchiveException.Kind.NO_ARCHIVE);
    assertThat(root.resolve("archive")).exists();
  }
}
