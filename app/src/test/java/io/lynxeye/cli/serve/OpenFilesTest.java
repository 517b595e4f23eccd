package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    assertThat(OpenFiles.within(10, List.of(Kind.HTTP))).isEqualTo(10);
  }

  /** Right: 2 x 3,000 + 256 + 64 = 6,320, and so on; the sum never exceeds the files. */
  @ParameterizedTest
  @CsvSource({
    "6320, HTTP GRPC MANAGEMENT METRICS, 3000",
    "768, HTTP GRPC MANAGEMENT, 256",
    "768, HTTP, 768",
    "400, HTTP GRPC MANAGEMENT METRICS, 118",
    "100, HTTP GRPC MANAGEMENT METRICS, 25",
    "1, HTTP GRPC, 1"
  })
  void allPortsShareTheFiles(int files, String ports, int most) {
    List<Kind> kinds = Stream.of(ports.split(" ")).map(Kind::valueOf).toList();

    assertThat(OpenFiles.most(files, kinds)).isEqualTo(most);
  }
}
