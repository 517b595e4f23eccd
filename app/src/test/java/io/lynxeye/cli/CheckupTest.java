package io.lynxeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.cli.doctor.Finding;
import io.lynxeye.cli.doctor.InstallationCheckup;
import io.lynxeye.cli.doctor.MachineCheckup;
import io.lynxeye.engine.device.GpuReport;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.serving.store.ModelStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor's findings for invented machines and installations. */
class CheckupTest {

  private static final Finding NPM = Finding.ok("npm", "/usr/bin/npm");
  private static final Finding NO_NPM = InstallationCheckup.npm("");

  @TempDir private Path folder;

  private Finding processor(String cpuinfo) throws IOException {
    return MachineCheckup.processor(4, Files.writeString(folder.resolve("cpuinfo"), cpuinfo));
  }

  private static void assertFinding(Finding finding, Finding.Level level, String found) {
    assertThat(finding.level()).as(finding.text()).isEqualTo(level);
    assertThat(finding.found()).contains(found);
    assertThat(finding.cure().isEmpty()).isEqualTo(level == Finding.Level.OK);
  }

  @Test
  void aFindingIsOneLineAndItsCureASecondOne() {
    assertThat(Finding.ok("jdk", "17").text()).isEqualTo("ok    jdk          17");
    assertThat(Finding.note("npm", "not there", "install it").text().lines())
        .containsExactly("note  npm          not there", " ".repeat(20) + "-> install it");
    assertThat(Finding.problem("jdk", "11", "update").text()).startsWith("FAIL  jdk");
    assertThat(Finding.json(List.of(Finding.ok("jdk", "17 <x>"))))
        .isEqualTo("[{\"what\":\"jdk\",\"level\":\"OK\",\"found\":\"17 <x>\",\"cure\":\"\"}]");
  }

  @ParameterizedTest
  @CsvSource({"16, PROBLEM", "17, OK", "25, OK"})
  void anOldJdkIsReported(int feature, Finding.Level level) {
    assertFinding(MachineCheckup.jdk(feature, "version " + feature), level, "version " + feature);
  }

  @ParameterizedTest
  @CsvSource({"399, NOTE", "400, OK"})
  void aSmallHeapIsReported(long megabytes, Finding.Level level) {
    assertFinding(
        MachineCheckup.heap(megabytes << 20), level, "heap of at most " + megabytes + " MB");
  }

  @Test
  void theProcessorsVectorUnitsAreNamed() throws IOException {
    assertFinding(
        processor(
            "processor : 0\nflags\t\t: fpu avx512f sse avx2 avx\nprocessor : 1\nflags : none"),
        Finding.Level.OK,
        "4 cores; avx avx2 avx512f");
  }

  @Test
  void theLibraryForWebpIsOptional() {
    assertFinding(
        InstallationCheckup.webp(Optional.of("1.6.0")), Finding.Level.OK, "libwebp 1.6.0");
    assertFinding(
        InstallationCheckup.webp(Optional.empty()),
        Finding.Level.NOTE,
        "libwebp cannot be loaded: WebP images are refused");
  }

  @Test
  void aFlagCanBeListedTwice() throws IOException {
    assertFinding(processor("flags : avx avx fpu fpu"), Finding.Level.OK, "4 cores; avx");
  }

  @Test
  void aProcessorWithoutAvxCannotRunTensorFlow() throws IOException {
    assertFinding(processor("flags : fpu sse"), Finding.Level.PROBLEM, "4 cores; no AVX");
    assertFinding(processor("Features : fp"), Finding.Level.PROBLEM, "4 cores; no AVX");
    assertFinding(processor(""), Finding.Level.PROBLEM, "4 cores; no AVX");
  }

  @Test
  void anArmProcessorIsNamedByItsOwnFlags() throws IOException {
    assertFinding(processor("Features : fp asimd bf16"), Finding.Level.OK, "4 cores; asimd bf16");
  }

  @Test
  void aMachineWithoutAGpuIsNotAProblem() {
    GpuReport none = new GpuReport(false, List.of(), Map.of());

    assertFinding(MachineCheckup.gpu(none), Finding.Level.OK, "models run on the CPU");
    assertFinding(MachineCheckup.cudaNotNeeded(), Finding.Level.OK, "not needed");
  }

  @Test
  void aUsableGpuIsNamed() {
    GpuReport two = new GpuReport(true, List.of("H200", "T4"), Map.of("libcudnn.so.8", true));

    assertFinding(MachineCheckup.gpu(two), Finding.Level.OK, "H200, T4");
    assertFinding(
        MachineCheckup.cudaLibraries(Map.of("libcudnn.so.8", place("/cuda/libcudnn.so.8"))),
        Finding.Level.OK,
        "/cuda: libcudnn.so.8");
  }

  @Test
  void anUnusableGpuIsReported() {
    GpuReport half = new GpuReport(true, List.of("T4"), Map.of("libcudnn.so.8", false));

    assertFinding(MachineCheckup.gpu(half), Finding.Level.NOTE, "T4");
    assertFinding(
        MachineCheckup.gpu(new GpuReport(true, List.of(), Map.of())), Finding.Level.NOTE, "none");
    assertFinding(
        MachineCheckup.cudaLibraries(
            Map.of(
                "libcudnn.so.8", Optional.empty(), "libcufft.so.11", place("/a/libcufft.so.11"))),
        Finding.Level.NOTE,
        "/a: libcufft.so.11; MISSING: libcudnn.so.8");
  }

  private static Optional<Path> place(String path) {
    return Optional.of(Path.of(path));
  }

  @Test
  void nativesThatAreNotUnpackedAreReported() {
    assertFinding(
        InstallationCheckup.natives(TensorFlowBuild.CPU_X86_64, folder),
        Finding.Level.NOTE,
        "not unpacked");
  }

  @Test
  void aMissingCacheIsNotAProblemIfItCanBeCreated() {
    assertFinding(
        InstallationCheckup.cache(folder.resolve("a").resolve("b")), Finding.Level.OK, "MB free");
  }

  @Test
  void aFileCannotBeTheCache() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertFinding(InstallationCheckup.cache(file), Finding.Level.PROBLEM, "cannot write");
    assertFinding(
        InstallationCheckup.cache(file.resolve("below")), Finding.Level.PROBLEM, "cannot write");
  }

  @Test
  void npmIsSearchedOnThePath() throws IOException {
    Path first = Files.createDirectories(folder.resolve("first"));
    Path folderOfThatName = Files.createDirectories(folder.resolve("second").resolve("npm"));
    Path npm = Files.createDirectories(folder.resolve("third")).resolve("npm");
    Files.writeString(npm, "");
    String path = first + ":" + folderOfThatName.getParent() + ":" + npm.getParent();

    assertFinding(InstallationCheckup.npm(path), Finding.Level.NOTE, "not on the PATH");
    assertThat(npm.toFile().setExecutable(true)).isTrue();
    assertFinding(InstallationCheckup.npm(path), Finding.Level.OK, npm.toString());
  }

  private void model(String name, String manifest) throws IOException {
    Path version = Files.createDirectories(folder.resolve(name).resolve("1"));
    Files.writeString(version.resolve("saved_model.pb"), "");
    Files.writeString(version.resolve("serving.properties"), manifest);
  }

  @Test
  void theModelsOfTheStoreAreNamed() throws IOException {
    model("a", "");
    model("b", "");

    assertThat(InstallationCheckup.store(new ModelStore(folder, folder.resolve(".cache")), NO_NPM))
        .singleElement()
        .satisfies(finding -> assertFinding(finding, Finding.Level.OK, ": a/1, b/1"));
  }

  @Test
  void anUnusableModelIsNamedWithItsReason() throws IOException {
    model("a", "");
    model("b", "topK=0");

    assertThat(InstallationCheckup.store(new ModelStore(folder, folder.resolve(".cache")), NPM))
        .satisfiesExactly(
            store -> assertFinding(store, Finding.Level.OK, ": a/1"),
            broken -> {
              assertFinding(broken, Finding.Level.NOTE, folder.resolve("b").toString());
              assertThat(broken.cure()).contains("topK=0");
            });
  }

  @Test
  void theFirstStartFillsAnEmptyStoreIfNpmIsInstalled() {
    assertThat(InstallationCheckup.store(new ModelStore(folder, folder.resolve(".cache")), NPM))
        .containsExactly(
            Finding.note("store", folder + ": no model", "./lynxeye serve imports resnet50"));
    assertThat(InstallationCheckup.store(new ModelStore(folder, folder.resolve(".cache")), NO_NPM))
        .singleElement()
        .satisfies(store -> assertFinding(store, Finding.Level.PROBLEM, "no model"));
  }

  @Test
  void theFirstStartDoesNotFillAStoreOfUnusableModels() throws IOException {
    model("b", "topK=0");

    Finding store =
        InstallationCheckup.store(new ModelStore(folder, folder.resolve(".cache")), NPM).get(0);

    assertFinding(store, Finding.Level.PROBLEM, "no model");
    assertThat(store.cure()).contains("./lynxeye import resnet50").doesNotContain("serve imports");
  }

  @Test
  void anUnreadableStoreIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(InstallationCheckup.store(new ModelStore(file, folder.resolve(".cache")), NPM))
        .singleElement()
        .satisfies(store -> assertFinding(store, Finding.Level.PROBLEM, "cannot read"));
  }

  @Test
  void aPortIsFreeOrTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFinding(
          InstallationCheckup.port(taken.getInetAddress().getHostAddress(), taken.getLocalPort()),
          Finding.Level.NOTE,
          "is not free");
    }
    assertFinding(InstallationCheckup.port("127.0.0.1", 0), Finding.Level.OK, "is free");
    assertFinding(InstallationCheckup.port("127.0.0.1", 70_000), Finding.Level.NOTE, "70000");
  }
}
