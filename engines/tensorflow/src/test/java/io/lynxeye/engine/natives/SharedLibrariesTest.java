package io.lynxeye.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedLibrariesTest {

  private static final List<String> MAPS =
      List.of(
          "7f1c0000-7f1d0000 r-xp 00000000 fe:01 42    /opt/cuda 12/lib/libcudart.so.12.3.101",
          "7f1e0000-7f1f0000 rw-p 00000000 00:00 0 ",
          "7f2c0000-7f2d0000 r-xp 00000000 fe:01 43    /usr/lib/libcudnn.so.8",
          "7fff0000-7fff1000 rw-p 00000000 00:00 0     [stack]");

  @Test
  void findsTheFileOfALibrary() {
    assertThat(SharedLibraries.place("libcudnn.so.8", MAPS))
        .contains(Path.of("/usr/lib/libcudnn.so.8"));
  }

  @Test
  void acceptsALongerVersionAndAFolderWithSpaces() {
    assertThat(SharedLibraries.place("libcudart.so.12", MAPS))
        .contains(Path.of("/opt/cuda 12/lib/libcudart.so.12.3.101"));
  }

  @Test
  void doesNotAcceptAnotherVersion() {
    assertThat(SharedLibraries.place("libcudart.so.1", MAPS)).isEmpty();
    assertThat(SharedLibraries.place("libcufft.so.11", MAPS)).isEmpty();
  }

  @Test
  void opensTheAvailableLibrariesAndReturnsTheirFiles() {
    var places = SharedLibraries.open(List.of("libc.so.6", "libmissing.so.7"));

    assertThat(places.get("libc.so.6").orElseThrow().getFileName()).hasToString("libc.so.6");
    assertThat(places).containsEntry("libmissing.so.7", Optional.empty());
  }
}
