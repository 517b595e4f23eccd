package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
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

  private final byte[] content = randomBytes(1);
  private final RecordingProgress progress = new RecordingProgress();
  private FileServer server;
  private Path partial;

  @BeforeEach
  void serve() throws Exception {
    server = new FileServer(content);
    partial = root.resolve("file.part");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void downloadsAFileAndTellsItsBytes() throws Exception {
    fetch(server.address());

    assertThat(partial).hasBinaryContent(content);
    assertThat(progress.steps())
        .containsExactly("Downloading " + server.address() + ": 300000 of 300000");
  }

  @Test
  void goesOnWhereItWasCutShort() throws Exception {
    server.cutAfter(100_000);
    failure(server.address())
        .hasMessageContaining("was cut short after")
        .hasMessageContaining("of 300000 bytes")
        .hasMessageContaining("goes on from there");
    long arrived = Files.size(partial);
    server.sendEverything();
    fetch(server.address());

    assertThat(arrived).isPositive();
    assertThat(partial).hasBinaryContent(content);
    assertThat(server.ranges()).containsExactly("none", "bytes=" + arrived + "-");
    assertThat(progress.steps().get(1)).endsWith(": 300000 of 300000");
  }

  @Test
  void startsAfreshWhenTheServerKnowsNoRanges() throws Exception {
    server.withoutRanges();
    afterACut();
    fetch(server.address());

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void startsAfreshWhenTheContentHasChanged() throws Exception {
    afterACut();
    byte[] changed = randomBytes(2);
    server.content(changed, "\"two\"");
    fetch(server.address());

    assertThat(partial).hasBinaryContent(changed);
  }

  @Test
  void startsAfreshWhenTheContentCannotBeRecognised() throws Exception {
    server.content(content, "W/\"weak\"");
    afterACut();
    fetch(server.address());

    assertThat(partial).hasBinaryContent(content);
    assertThat(server.ranges()).containsExactly("none", "none");
  }

  @Test
  void startsAfreshWhenThePartIsLargerThanTheWhole() throws Exception {
    afterACut();
    Files.write(partial, new byte[SIZE + 1]);
    fetch(server.address());

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void followsRedirects() throws Exception {
    server.answer("/moved", 302, server.address().toString());
    fetch(server.address("/moved"));

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void tellsARedirectThatIsNotFollowed() {
    server.answer("/moved", 302, "ftp://elsewhere/model");

    failure(server.address("/moved")).hasMessageContaining("elsewhere");
  }

  @ParameterizedTest
  @CsvSource({
    "404, nothing is there (404): check the address",
    "403, access is refused (403)",
    "500, the server answered 500: try again later",
    "304, the server answered 304: try again later",
  })
  void tellsWhatTheServerAnswered(int status, String problem) {
    server.answer("/other", status, null);

    failure(server.address("/other"))
        .hasMessageContaining("Downloading " + server.address("/other") + " failed")
        .hasMessageContaining(problem);
    assertThat(partial).doesNotExist();
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
  void tellsAnUnreachableServer() {
    URI address = server.address();
    server.close();

    failure(address).hasMessageContaining("cannot be reached").hasMessageContaining("proxy");
  }

  @Test
  void asksForSpaceOnceItKnowsTheSize() {
    assertThatThrownBy(
            () ->
                new HttpDownload(Duration.ofSeconds(5))
                    .fetch(server.address(), partial, new DiskSpace(folder -> 299_999), progress))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("needs about 1 MB");
  }

  @Test
  void acceptsABodyOfUnknownLength() throws Exception {
    server.on(
        "/chunked",
        exchange -> {
          exchange.getResponseHeaders().add("Last-Modified", "Mon, 01 Oct 2018 00:00:00 GMT");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    fetch(server.address("/chunked"));

    assertThat(partial).hasBinaryContent(content);
    assertThat(progress.steps().get(0)).endsWith(": 300000 of -1");
  }

  private void afterACut() {
    server.cutAfter(100_000);
    failure(server.address()).hasMessageContaining("cut short");
    server.sendEverything();
  }

  private void fetch(URI address) throws Exception {
    new HttpDownload(Duration.ofSeconds(5)).fetch(address, partial, DiskSpace.real(), progress);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(URI address) {
    return failureWithin(Duration.ofSeconds(5), address);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failureWithin(
      Duration stall, URI address) {
    return assertThatThrownBy(
            () -> new HttpDownload(stall).fetch(address, partial, DiskSpace.real(), progress))
        .isInstanceOf(ImportException.class);
  }

  private static byte[] randomBytes(int seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
