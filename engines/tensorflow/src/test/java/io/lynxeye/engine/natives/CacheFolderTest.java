package io.lynxeye.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFolderTest {

  @TempDir private Path folder;

  private Path cache(String rights) throws IOException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    return Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(rights));
  }

  @Test
  void aMissingOneIsCreatedForThisUserAlone() throws IOException {
    Path cache = folder.resolve("a").resolve("b");

    CacheFolder.require(cache);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwx------", "rwxr-xr-x", "r-x------"})
  void oneThatOnlyThisUserCanWriteToIsUsed(String rights) throws IOException {
    Path cache = cache(rights);

    CacheFolder.require(cache);

    assertThat(CacheFolder.problem(cache)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwxr-xrwx", "rwxrwxrwx"})
  void oneThatOthersCanWriteToIsRefusedWithTheCure(String rights) throws IOException {
    Path cache = cache(rights);

    assertThatIOException()
        .isThrownBy(() -> CacheFolder.require(cache))
        .withMessageStartingWith("other users can write to the cache folder " + cache)
        .withMessageContaining("run chmod go-w " + cache);
  }

  @Test
  void aFileInItsPlaceIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatIOException()
        .isThrownBy(() -> CacheFolder.require(file.resolve("cache")))
        .withMessageContaining("choose another with --cache or LYNXEYE_CACHE");
  }
}
