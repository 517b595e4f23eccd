package io.lynxeye.importers.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.FileServer;
import io.lynxeye.importers.RecordingProgress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDownloadTest {
  private static final int SIZE = 300_000;

  @TempDir Path root;

  private final byte[] content = randomBytes();
  private final RecordingProgress progress = new RecordingProgress();
  private FileServer server;
  private Path file;

  @BeforeEach
  void serve() throws Exception {
    server = new FileServer(content);
    file = root.resolve("file");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void downloadsAFileAndReportsItsBytes() throws Exception {
    fetch(server.address());

    assertThat(file).hasBinaryContent(content);
    assertThat(progress.steps())
        .containsExactly("Downloading " + server.address() + ": 300000 of 300000");
  }

  @Test
  void restartsABrokenDownloadFromTheBeginning() throws Exception {
    server.cut(2, 100_000);
    fetch(server.address());

    assertThat(file).hasBinaryContent(content);
    assertThat(server.requests()).isEqualTo(3);
    assertThat(progress.steps()).hasSize(3).last().asString().endsWith(": 300000 of 300000");
  }

  @Test
  void givesUpAfterThreeBrokenBodies() {
    server.cut(3, 100_000);

    failure(server.address())
        .hasMessageContaining("was cut short after")
        .hasMessageEndingWith(
            " of 300000 bytes in the last of 3 attempts: check the network and run the import"
                + " again.");
    assertThat(server.requests()).isEqualTo(3);
  }

  @Test
  void followsRedirects() throws Exception {
    server.answer("/moved", 302, server.address().toString());
    fetch(server.address("/moved"));

    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void aRedirectThatIsNotFollowedIsNotEchoed() {
    server.answer("/moved", 302, "ftp://elsewhere/model");

    failure(server.address("/moved"))
        .hasMessageContaining("name the final address yourself")
        .hasMessageNotContaining("elsewhere");
  }

  @ParameterizedTest
  @CsvSource({
    "404, nothing is there (404): check the address",
    "403, access is refused (403)",
    "500, the server answered 500: try again later",
    "304, the server answered 304: try again later",
  })
  void explainsTheStatusOfTheServer(int status, String problem) {
    server.answer("/other", status, null);

    failure(server.address("/other"))
        .hasMessageContaining("Downloading " + server.address("/other") + " failed")
        .hasMessageContaining(problem);
    assertThat(file).doesNotExist();
  }

  @Test
  void givesUpOnAStalledBody() {
    server.stallAfter(1000);

    failureWithin(Duration.ofMillis(300), server.address())
        .hasMessageContaining("stalled")
        .hasMessageContaining("after 1000 of 300000 bytes");
  }

  @Test
  void givesUpOnASilentServer() {
    server.on("/silent", exchange -> {});

    failureWithin(Duration.ofMillis(300), server.address("/silent"))
        .hasMessageContaining("did not answer");
  }

  @Test
  void namesAnUnreachableServer() {
    URI address = server.address();
    server.close();

    failure(address).hasMessageContaining("cannot be reached").hasMessageContaining("proxy");
  }

  @Test
  void requiresSpaceOnceTheSizeIsKnown() {
    assertThatThrownBy(
            () ->
                new HttpDownload(Duration.ofSeconds(5), AddressRule.ANY)
                    .fetch(server.address(), file, new DiskSpace(folder -> 299_999), progress))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("needs about 1 MB");
  }

  @Test
  void acceptsABodyOfUnknownLength() throws Exception {
    server.on(
        "/chunked",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    fetch(server.address("/chunked"));

    assertThat(file).hasBinaryContent(content);
    assertThat(progress.steps().get(0)).endsWith(": 300000 of -1");
  }

  private void fetch(URI address) throws Exception {
    new HttpDownload(Duration.ofSeconds(5), AddressRule.ANY)
        .fetch(address, file, DiskSpace.real(), progress);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(URI address) {
    return failureWithin(Duration.ofSeconds(5), address);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failureWithin(
      Duration stall, URI address) {
    return assertThatThrownBy(
            () ->
                new HttpDownload(stall, AddressRule.ANY)
                    .fetch(address, file, DiskSpace.real(), progress))
        .isInstanceOf(ImportException.class);
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[SIZE];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
