package io.lynxeye.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking of native libraries. The test's libraries are arbitrary resources, never loaded. */
@Timeout(30)
class NativeLibrariesTest {

  private static final String ONE = "logback-test.xml";
  private static final String OTHER = "io/lynxeye/engine/natives/NativeLibraries.class";

  @TempDir private Path cache;
  private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());

  private static byte[] bytes(String resource) throws IOException {
    ClassLoader loader = NativeLibrariesTest.class.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  private static NativeLibraries.File file(String resource)
      throws IOException, NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(resource));
    return new NativeLibraries.File(
        resource, bytes(resource).length, HexFormat.of().formatHex(digest));
  }

  private NativeLibraries natives(NativeLibraries.File... files) {
    return new NativeLibraries(cache, "test-1", List.of(files));
  }

  private NativeLibraries withBundle(Path bundled, NativeLibraries.File... files) {
    ClassLoader source = NativeLibraries.class.getClassLoader();
    return new NativeLibraries(
        cache, Optional.of(bundled.toString()), source, "test-1", List.of(files));
  }

  private NativeLibraries two() throws Exception {
    return natives(file(ONE), file(OTHER));
  }

  private Path unpack(NativeLibraries natives) throws IOException {
    return natives.unpack((bytes, total) -> progress.add(bytes));
  }

  private void assertUnpacked(Path folder) throws IOException {
    assertThat(folder).isEqualTo(cache.resolve("natives").resolve("test-1"));
    assertThat(folder.resolve("logback-test.xml")).hasBinaryContent(bytes(ONE));
    assertThat(folder.resolve("NativeLibraries.class")).hasBinaryContent(bytes(OTHER));
    assertThat(names(folder))
        .containsExactlyInAnyOrder("logback-test.xml", "NativeLibraries.class");
    assertThat(names(folder.getParent()))
        .containsExactlyInAnyOrder("test-1", "test-1.lock", "test-1.checked");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void unpacksEveryFileUnderItsName() throws Exception {
    NativeLibraries natives = two();
    assertThat(natives.isUnpacked()).isFalse();
    assertThat(natives.isOnClassPath()).isTrue();

    Path folder = unpack(natives);

    assertUnpacked(folder);
    assertThat(natives.isUnpacked()).isTrue();
    assertThat(natives.folder()).isEqualTo(folder);
  }

  @Test
  void theProgressAddsUp() throws Exception {
    long total = file(ONE).size() + file(OTHER).size();

    two().unpack((bytes, all) -> progress.add(all == total ? bytes : -1));

    assertThat(progress).isSorted().endsWith(total).doesNotContain(-1L);
  }

  @Test
  void aSecondCallUnpacksNothing() throws Exception {
    unpack(two());
    progress.clear();

    assertUnpacked(unpack(two()));

    assertThat(progress).isEmpty();
  }

  @Test
  void aFileThatWasCutShortIsUnpackedAgain() throws Exception {
    Path folder = unpack(two());
    Files.write(folder.resolve("logback-test.xml"), new byte[3]);
    assertThat(two().isUnpacked()).isFalse();

    assertUnpacked(unpack(two()));
  }

  /** Of the same size, so that only the digest shows it. */
  @Test
  void aCopyThatWasChangedIsUnpackedAgain() throws Exception {
    Path folder = unpack(two());
    byte[] changed = bytes(ONE);
    changed[0]++;
    Files.write(folder.resolve("logback-test.xml"), changed);
    progress.clear();

    assertUnpacked(unpack(two()));
    assertThat(progress).isNotEmpty();
  }

  /** As a copy of an earlier version: its digests are checked once, then known. */
  @Test
  void aCopyThatWasNeverCheckedIsCheckedOnce() throws Exception {
    Path folder = unpack(two());
    Path note = folder.resolveSibling("test-1.checked");
    String known = Files.readString(note);
    Files.delete(note);
    progress.clear();

    assertUnpacked(unpack(two()));
    assertThat(progress).isEmpty();
    assertThat(note).hasContent(known);
  }

  @Test
  void theFilesOfAnInterruptedRunAreReplaced() throws Exception {
    Path partial = Files.createDirectories(cache.resolve("natives").resolve("test-1.partial"));
    Files.write(partial.resolve("logback-test.xml"), new byte[3]);
    Files.write(partial.resolve("something else"), new byte[3]);

    assertUnpacked(unpack(two()));
  }

  @Test
  void aCompleteBundledSetIsUsedInPlace() throws Exception {
    Path bundled = Files.createDirectories(cache.resolve("bundle").resolve("test-1")).getParent();
    Files.write(bundled.resolve("test-1").resolve("logback-test.xml"), bytes(ONE));
    NativeLibraries natives = withBundle(bundled, file(ONE));

    assertThat(unpack(natives)).isEqualTo(bundled.resolve("test-1"));

    assertThat(progress).isEmpty();
    assertThat(cache.resolve("natives")).doesNotExist();
  }

  @Test
  void anIncompleteBundledSetIsNeitherUsedNorChanged() throws Exception {
    Path bundled = Files.createDirectories(cache.resolve("bundle").resolve("test-1")).getParent();
    Files.write(bundled.resolve("test-1").resolve("logback-test.xml"), bytes(ONE));
    NativeLibraries natives = withBundle(bundled, file(ONE), file(OTHER));

    assertUnpacked(unpack(natives));

    assertThat(names(bundled.resolve("test-1"))).containsExactly("logback-test.xml");
  }

  @Test
  void aFileWithTheWrongDigestIsRefused() throws Exception {
    NativeLibraries.File right = file(ONE);
    NativeLibraries damaged =
        natives(new NativeLibraries.File(ONE, right.size(), "0".repeat(64)), file(OTHER));

    assertThatIOException()
        .isThrownBy(() -> unpack(damaged))
        .withMessageContaining("logback-test.xml has digest " + right.sha256() + " instead of 000");
    assertThat(damaged.isUnpacked()).isFalse();
    assertUnpacked(unpack(two()));
  }

  @Test
  void aFileThatIsNotOnTheClassPathIsRefusedWithACure() {
    NativeLibraries missing =
        natives(new NativeLibraries.File("native/lib/libmissing.so", 3, "0".repeat(64)));
    assertThat(missing.isOnClassPath()).isFalse();

    assertThatIOException()
        .isThrownBy(() -> unpack(missing))
        .withMessageContaining("native/lib/libmissing.so is not on the class path")
        .withMessageContaining("build again with mvn package");
  }

  @Test
  void aSetLargerThanTheFreeSpaceIsRefusedBeforeAnythingIsWritten() throws Exception {
    NativeLibraries huge = natives(new NativeLibraries.File(ONE, Long.MAX_VALUE, "0".repeat(64)));

    assertThatIOException()
        .isThrownBy(() -> unpack(huge))
        .withMessageContaining("MB are free: free some space, or set LYNXEYE_CACHE");
    assertThat(progress).isEmpty();
  }

  @Test
  void concurrentThreadsUnpackOnce() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    NativeLibraries natives = two();
    List<CompletableFuture<Path>> threads =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            start.await();
                            return unpack(natives);
                          } catch (IOException | InterruptedException e) {
                            throw new AssertionError(e);
                          }
                        },
                        work -> new Thread(work).start()))
            .toList();

    start.countDown();

    assertThat(threads)
        .allSatisfy(
            thread ->
                assertThat(thread)
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(natives.folder()));
    assertUnpacked(natives.folder());
    assertThat(progress).hasSize(2);
  }

  @Test
  void concurrentProcessesUnpackOnce() throws Exception {
    List<Process> processes = List.of(unpackElsewhere(), unpackElsewhere());

    List<String> output = new ArrayList<>();
    for (Process process : processes) {
      output.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(process.waitFor()).as(output.toString()).isZero();
    }
    assertThat(output).containsExactlyInAnyOrder("unpacked\nunpacked\n", "");
    assertUnpacked(two().folder());
  }

  private Process unpackElsewhere() throws Exception {
    String classPath = System.getProperty("java.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java, "-Xmx64m", "-cp", classPath, Unpack.class.getName(), cache.toString())
        .redirectErrorStream(true)
        .start();
  }

  /** The program of a second process. */
  static final class Unpack {

    private Unpack() {}

    public static void main(String[] args) throws Exception {
      new NativeLibraries(Path.of(args[0]), "test-1", List.of(file(ONE), file(OTHER)))
          .unpack((bytes, total) -> System.out.print("unpacked\n"));
    }
  }
}
