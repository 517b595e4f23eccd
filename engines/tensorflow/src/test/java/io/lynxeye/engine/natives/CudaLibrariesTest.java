package io.lynxeye.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.device.GpuProbe;
import io.lynxeye.engine.natives.NativeLibraries.Listener;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of CUDA libraries. No test downloads their 2.5 GB; unpacking has its own test. */
class CudaLibrariesTest {

  private static final Listener NO_LISTENER = (bytes, total) -> {};

  @TempDir private Path cache;

  @Test
  void containsEveryLibraryThatTheProbeNeeds() {
    assertThat(CudaLibraries.names()).containsAll(GpuProbe.LIBRARIES).doesNotHaveDuplicates();
  }

  @Test
  void doesNotContainTheDriversLibrary() {
    assertThat(CudaLibraries.names()).noneMatch(name -> name.startsWith("libcuda.so"));
  }

  @Test
  void anotherJarIsRefusedAndLeavesNothing() throws Exception {
    Path jar = cache.resolve("other.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("org/bytedeco/cuda/linux-x86_64/libcudart.so.12"));
      zip.write(1);
    }
    try (URLClassLoader source = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      NativeLibraries set = CudaLibraries.in(cache, source);

      assertThatThrownBy(() -> set.unpack(NO_LISTENER))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("libcudart.so.12");
      assertThat(set.isUnpacked()).isFalse();
      assertThat(set.folder()).doesNotExist();
    }
  }
}
