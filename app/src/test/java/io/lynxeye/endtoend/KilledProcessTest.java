package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.lynxeye.engine.natives.UserFolders;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} in the middle of a load, an unpacking and an import: a restart serves the same.
 */
@Tag("engine")
@Timeout(600)
class KilledProcessTest {

  // Hard links do not cross file systems, and /tmp can be a different one.
  @TempDir(factory = TempDirInTarget.class)
  private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private StoreOfLinks store;

  @BeforeEach
  void makeStore() throws Exception {
    store = new StoreOfLinks(Files.createDirectories(folder.resolve("store")));
  }

  /** Removes a link that points out of the folder, because JUnit would warn about it. */
  @AfterEach
  void unlinkNatives() throws Exception {
    Files.deleteIfExists(folder.resolve("cache").resolve("natives"));
  }

  private LynxeyeProcess serve() throws Exception {
    return LynxeyeProcess.start(
        store.folder(), "serve", "--port", "0", "--cache", cache().toString());
  }

  /** Creates a new cache with the user's native libraries. */
  private Path cache() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path natives = cache.resolve("natives");
    if (!Files.exists(natives)) {
      Files.createSymbolicLink(natives, UserFolders.ofThisUser().resolve("natives"));
    }
    return cache;
  }

  private String versionThatAnswers(LynxeyeProcess server) throws Exception {
    URI score = URI.create(server.awaitAddress() + "/score");
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(score)
                .POST(HttpRequest.BodyPublishers.ofByteArray(TestImages.lynx()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonParser.parseString(answer.body()).getAsJsonObject().get("version").getAsString();
  }

  private List<String> visible(Path parent) throws Exception {
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void killedDuringALoad() throws Exception {
    store.drop("resnet50", 1);
    store.drop("resnet50", 2);
    try (LynxeyeProcess server = serve()) {
      server.awaitError("loading resnet50/2");
      server.kill();
    }

    try (LynxeyeProcess again = serve()) {
      assertThat(versionThatAnswers(again)).isEqualTo("2");
    }
    assertThat(visible(store.folder().resolve("resnet50"))).containsExactly("1", "2");
  }

  @Test
  void killedWhileAnArchiveIsUnpacked() throws Exception {
    store.dropArchive("resnet50");
    Path unpacked = cache().resolve("unpacked");
    try (LynxeyeProcess server = serve()) {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMinutes(2))
          .until(() -> bytesBelow(unpacked) > 1_000_000);
      server.kill();
    }

    try (LynxeyeProcess again = serve()) {
      assertThat(versionThatAnswers(again)).isEqualTo("1");
    }
    assertThat(visible(store.folder())).containsExactly("resnet50.tar");
  }

  private static long bytesBelow(Path folder) throws Exception {
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toFile).mapToLong(File::length).sum();
    } catch (UncheckedIOException e) {
      return 0; // The folder changed while it was read.
    }
  }

  @Test
  void killedDuringAnImport() throws Exception {
    store.drop("resnet50", 1);
    Path archive = folder.resolve("more.tar");
    store.dropArchive("more");
    Files.move(store.folder().resolve("more.tar"), archive);
    String[] addition = {
      "import",
      "resnet50",
      archive.toString(),
      "--model-version",
      "2",
      "--cache",
      cache().toString()
    };
    try (LynxeyeProcess importing = LynxeyeProcess.start(store.folder(), addition)) {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMinutes(2))
          .until(() -> bytesBelow(store.folder()) > bytesBelow(store.folder().resolve("resnet50")));
      importing.kill();
    }
    assertThat(visible(store.folder())).containsExactly("resnet50");
    assertThat(visible(store.folder().resolve("resnet50"))).containsExactly("1");

    try (LynxeyeProcess server = serve()) {
      assertThat(versionThatAnswers(server)).isEqualTo("1");
    }
    try (LynxeyeProcess importing = LynxeyeProcess.start(store.folder(), addition)) {
      assertThat(importing.exitCode()).as(importing.errors()).isZero();
    }
    assertThat(visible(store.folder().resolve("resnet50"))).containsExactly("1", "2");
    try (Stream<Path> hidden = Files.list(store.folder())) {
      assertThat(hidden.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".importing-"));
    }
  }
}
