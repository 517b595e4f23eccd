package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher in a bundle like docker/bundle.sh's, with a java that prints its arguments. */
@Timeout(30)
class BundleLauncherTest {

  private static final String RECORDER =
      """
      #!/bin/bash
      printf '%s\\n' "LYNXEYE_CACHE=${LYNXEYE_CACHE-}" "LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}" "charmap=$(locale charmap 2>/dev/null)" "$0" "$@"
      """;

  @TempDir private Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void assemble() throws IOException {
    Files.createDirectories(folder.resolve("lib"));
    Files.createFile(folder.resolve("lib").resolve("lynxeye.jar"));
    new LauncherFolder(folder).copyLauncher();
    new LauncherFolder(folder).script("java/bin/java", RECORDER);
    environment.put("PATH", System.getenv("PATH"));
    environment.put("LYNXEYE_CACHE", cache().toString());
  }

  private LauncherFolder.Run run(String... arguments) throws Exception {
    return new LauncherFolder(folder).run(environment, arguments);
  }

  @Test
  void runsTheBundledJavaJarsAndNativesWithoutABuild() throws Exception {
    Files.createFile(folder.resolve("lib/z.jar"));
    Files.createFile(folder.resolve("lib/a.jar"));
    LauncherFolder.Run run = run("serve", "--port", "8081");

    assertThat(run.exit()).isZero();
    assertThat(run.output())
        .contains(
            folder.resolve("java/bin/java").toString(),
            "-Dlynxeye.natives=" + folder.resolve("natives"),
            folder.resolve("lib/lynxeye.jar")
                + ":"
                + folder.resolve("lib/a.jar")
                + ":"
                + folder.resolve("lib/z.jar"))
        .endsWith("io.lynxeye.Main", "serve", "--port", "8081");
  }

  /**
   * A quarter of the limit, from 512 MB to 4 GB: decision 79. No limit is "max", or a huge number.
   */
  @ParameterizedTest
  @CsvSource({
    "memory.max, 8589934592, 2048m",
    "memory.max, 1073741824, 512m",
    "memory.max, 68719476736, 4096m",
    "memory.max, max, 512m",
    "memory.limit_in_bytes, 4294967296, 1024m",
    "memory.limit_in_bytes, 9223372036854771712, 512m",
    "none, 0, 512m"
  })
  void theHeapFollowsTheMemoryOfTheContainer(String file, String limit, String heap)
      throws Exception {
    new LauncherFolder(folder)
        .script(
            "bin/cat",
            """
            #!/bin/bash
            case $1 in
              /sys/fs/cgroup/*/%1$s | /sys/fs/cgroup/%1$s) echo %2$s ;;
              /sys/fs/cgroup/*) exit 1 ;;
              *) PATH=${PATH#*:} exec cat "$@" ;;
            esac
            """
                .formatted(file, limit));
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));

    assertThat(run("serve").output()).contains("-Xmx" + heap);
    assertThat(run("quantize").output()).contains("-Xmx3g");
    environment.put("LYNXEYE_HEAP", "700m");
    assertThat(run("serve").output()).contains("-Xmx700m");
  }

  private Path cache() {
    return folder.resolve("the cache");
  }

  @Test
  void aCacheThatOthersCanWriteToIsRefusedWithTheCure() throws Exception {
    run("serve"); // Creates it.
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache())))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(cache(), PosixFilePermissions.fromString("rwxrwxr-x"));

    LauncherFolder.Run run = run("serve");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output())
        .singleElement()
        .asString()
        .contains("other users can write to the cache folder " + cache(), "chmod go-w");
  }

  /** The charmap that a shell finds in this environment, where C.UTF-8 is part of the C library. */
  @Test
  void namesOfFilesAreUtf8InAnyLocale() throws Exception {
    for (String locale : List.of("C", "POSIX", "nowhere_NO.UTF-8", "C.UTF-8")) {
      environment.put("LANG", locale);

      assertThat(run("serve").output()).as(locale).contains("charmap=UTF-8");
    }
  }

  @Test
  void librariesUnpackIntoTheCache() throws Exception {
    assertThat(run("serve").output())
        .contains(
            "-Djna.tmpdir=" + cache().resolve("jna"),
            "-Dorg.bytedeco.javacpp.cachedir=" + cache().resolve("javacpp"),
            "-Dcom.luciad.imageio.webp.tmpdir=" + cache().resolve("jna"));
  }

  @Test
  void withoutAWritableHomeTheCacheIsAPrivateTemporaryFolder() throws Exception {
    environment.remove("LYNXEYE_CACHE");
    environment.put("TMPDIR", folder.toString());

    LauncherFolder.Run run = run("serve");

    String cache = run.output().get(0).substring("LYNXEYE_CACHE=".length());
    assertThat(Path.of(cache).getParent()).isEqualTo(folder);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(cache))))
        .isEqualTo("rwx------");
  }

  @Test
  void aSymbolicLinkAsTemporaryFolderIsRefused() throws Exception {
    environment.remove("LYNXEYE_CACHE");
    environment.put("TMPDIR", folder.toString());
    Path cache = Path.of(run("serve").output().get(0).substring("LYNXEYE_CACHE=".length()));
    Files.delete(cache);
    Files.createSymbolicLink(cache, folder.resolve("lib"));

    LauncherFolder.Run run = run("serve");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output()).singleElement().asString().contains("is a link: set LYNXEYE_CACHE");
  }

  @Test
  void anEngineThatIsNotBundledIsRefusedWithTheCure() throws Exception {
    LauncherFolder.Run run = run("serve", "--with-onnxruntime");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output())
        .singleElement()
        .asString()
        .contains("the engine 'onnxruntime' is not part of this bundle: start without");
  }

  @Test
  void aBundledEngineIsAlwaysOnTheClassPath() throws Exception {
    Files.createFile(folder.resolve("lib").resolve("onnxruntime-engine-0.36.0.jar"));

    LauncherFolder.Run run = run("serve", "--with-onnxruntime");

    assertThat(run.exit()).isZero();
    assertThat(run.output()).endsWith("io.lynxeye.Main", "serve");
  }

  @Test
  void benchIsNotBundled() throws Exception {
    LauncherFolder.Run run = run("bench", "engine");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output())
        .singleElement()
        .asString()
        .contains("bench is not part of this bundle");
  }

  @Test
  void theBundledBuildOfTensorFlowIsUsedWhateverTheMachineHas() throws Exception {
    environment.put("LD_LIBRARY_PATH", driver().toString());
    assertThat(run("serve").output()).contains("-Dlynxeye.tensorflow=cpu");

    Files.createDirectories(folder.resolve("natives/tensorflow-1-cu121-linux-x86_64"));
    environment.remove("LD_LIBRARY_PATH");

    assertThat(run("serve").output()).contains("-Dlynxeye.tensorflow=cuda");
  }

  @Test
  void theFirstServeWritesTheArchiveOfClassesAndOthersUseIt() throws Exception {
    assertThat(run("score").output()).noneMatch(line -> line.contains(".jsa"));
    assertThat(run("serve").output())
        .contains("-XX:+RecordDynamicDumpInfo")
        .anyMatch(
            line -> line.matches("-Dlynxeye.class-archive=" + cache() + "/classes/\\d+-\\d+.jsa"));

    Path archive = Files.createFile(folder.resolve("lib/classes.jsa"));

    assertThat(run("score").output()).contains("-XX:SharedArchiveFile=" + archive);
  }

  /** A folder with NVIDIA's driver, as far as its name goes. */
  private Path driver() throws IOException {
    Path driver = Files.createDirectories(folder.resolve("driver"));
    Files.writeString(driver.resolve("libcuda.so.1"), "");
    return driver;
  }

  @Test
  void bundledCudaIsFirstOnTheLibraryPath() throws Exception {
    Path cuda = Files.createDirectories(folder.resolve("natives/cuda-12.3-cudnn-8.9"));
    environment.put("LD_LIBRARY_PATH", "/theirs");

    LauncherFolder.Run run = run("serve");

    assertThat(run.output())
        .contains("LD_LIBRARY_PATH=" + cuda + ":/theirs", "-Dlynxeye.cuda=" + cuda);
  }

  @Test
  void withoutCudaTheLibraryPathStaysUnchanged() throws Exception {
    assertThat(run("serve").output()).contains("LD_LIBRARY_PATH=");
  }

  @Test
  void cudaThatIsNotBundledIsRefusedWithTheCure() throws Exception {
    LauncherFolder.Run run = run("serve", "--with-cuda");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output())
        .singleElement()
        .asString()
        .contains("CUDA is not part of this bundle")
        .contains("docker/bundle.sh");
  }

  @Test
  void anUnknownEngineIsRefused() throws Exception {
    assertThat(run("serve", "--with-cud").output())
        .singleElement()
        .asString()
        .contains("'cud'")
        .contains("onnxruntime, pytorch and cuda");
  }
}
