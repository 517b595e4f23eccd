package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {

  @TempDir private Path folder;

  @Test
  void theLimitIsTheSoftOne() throws IOException {
    Path limits =
        Files.writeString(
            folder.resolve("limits"),
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max open files            1024                 4096                 files
            """);

    assertThat(OpenFiles.limit(limits)).hasValue(1024);
  }

  @Test
  void anUnlimitedOrUnknownLimitIsEmpty() throws IOException {
    Path unlimited = Files.writeString(folder.resolve("a"), "Max open files   unlimited  x\n");

    assertThat(OpenFiles.limit(unlimited)).isEmpty();
    assertThat(OpenFiles.limit(folder.resolve("none"))).isEmpty();
  }

  @Test
  void fewConnectionsAreAllowedAsRequested() {
    assertThat(OpenFiles.within(10)).isEqualTo(10);
  }
}
