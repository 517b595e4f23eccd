package io.lynxeye.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

  @TempDir Path root;

  /** A program that prints whether the lock is free. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      System.out.print(LockFile.tryTake(Path.of(arguments[0]), "lock").isPresent());
    }
  }

  private boolean isFreeForAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Probe.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).isIn("true", "false");
    return Boolean.parseBoolean(output);
  }

  private boolean isFreeForAnotherThread(Path folder) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return LockFile.tryTake(folder, "lock").isPresent();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .join();
  }

  @Test
  void aThreadThatFailsToLockDoesNotReleaseTheLockForOtherProcesses() throws Exception {
    try (LockFile lock = LockFile.tryTake(root, "lock").orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(isFreeForAnotherThread(root)).isFalse();
      assertThat(isFreeForAnotherProcess()).isFalse();
    }
    assertThat(isFreeForAnotherProcess()).isTrue();
  }

  @Test
  void aFolderHasOneLockUnderAllItsPaths() throws Exception {
    Path folder = Files.createDirectories(root.resolve("folder"));
    Path link = Files.createSymbolicLink(root.resolve("link"), folder);
    try (LockFile lock = LockFile.tryTake(folder, "lock").orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(isFreeForAnotherThread(link)).isFalse();
    }
    assertThat(isFreeForAnotherThread(link)).isTrue();
  }

  @Test
  void closingTwiceDoesNotReleaseTheNextHoldersLock() throws Exception {
    LockFile first = LockFile.tryTake(root, "lock").orElseThrow();
    first.close();
    try (LockFile second = LockFile.tryTake(root, "lock").orElseThrow()) {
      first.close();
      assertThat(second).isNotNull();
      assertThat(isFreeForAnotherThread(root)).isFalse();
    }
  }
}
