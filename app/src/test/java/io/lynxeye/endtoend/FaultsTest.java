package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import io.lynxeye.drill.TinyStore;
import io.lynxeye.endtoend.LynxeyeProcess.Setup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of the machine around a real server, one after the other: docs/operate.md has the table.
 * None needs or avoids the rights of root: a file stands where a folder should be.
 */
@Tag("engine")
@Timeout(600)
class FaultsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String[] SERVE = {"serve", "--port", "0"};

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private TinyStore store;

  @BeforeEach
  void fill() throws IOException {
    store = new TinyStore(Files.createDirectories(folder.resolve("store")));
    store.drop(1);
  }

  private HttpResponse<String> send(String method, String address, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> score(String server) throws Exception {
    return send("POST", server + "/score", TestImages.lynx());
  }

  private HttpResponse<String> manage(LynxeyeProcess server, String method, String path)
      throws Exception {
    return send(method, "http://" + server.address("management") + path, new byte[0]);
  }

  /** A URL of an archive that can be registered, as a parameter. */
  private String archive() throws IOException {
    Path archive = folder.resolve("more.zip");
    Files.writeString(archive, "not needed: the registration is refused before it is read");
    return "url=" + archive.toUri();
  }

  private static void assertOneLine(LynxeyeProcess process, String... parts) throws Exception {
    assertThat(process.exitCode()).as(process.errors()).isEqualTo(1);
    assertThat(process.errors().lines().filter(line -> !line.startsWith("unpacking")))
        .as(process.errors())
        .last()
        .asString()
        .startsWith("lynxeye: ")
        .contains(parts);
    assertThat(process.errors()).doesNotContain("\tat ");
  }

  @Test
  void nativeLibrariesThatCannotBeUnpackedEndTheStart() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Setup broken = Setup.java("-Djna.tmpdir=" + file.resolve("jna"), "-Djna.nosys=true");
    try (LynxeyeProcess server = LynxeyeProcess.start(broken, store.folder(), SERVE)) {
      assertOneLine(server, "a native library cannot be loaded", "choose another with --cache");
    }
  }

  @Test
  void aCacheWithoutAFolderForLibrariesEndsTheStart() throws Exception {
    Path cache = privateFolder("cache");
    Files.createFile(cache.resolve("natives"));
    try (LynxeyeProcess server = serve("--cache", cache.toString())) {
      assertOneLine(server, cache.toString());
    }
  }

  @Test
  void aCacheThatOthersCanWriteToEndsTheStart() throws Exception {
    Path cache = privateFolder("cache");
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (LynxeyeProcess server = serve("--cache", cache.toString())) {
      assertOneLine(server, "other users can write to the cache folder " + cache, "chmod go-w");
    }
  }

  private Path privateFolder(String name) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
  }

  private LynxeyeProcess serve(String... options) throws IOException {
    return LynxeyeProcess.start(
        store.folder(), Stream.of(SERVE, options).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void aStoreThatVanishedIsServedOnAndNotMadeAgain() throws Exception {
    try (LynxeyeProcess server = serve()) {
      String address = server.awaitAddress();
      Path away = folder.resolve("away");
      Files.move(store.folder(), away);

      for (boolean isMountPoint : List.of(false, true)) {
        if (isMountPoint) { // What is left where a file system was mounted.
          Files.createDirectory(store.folder());
        }
        for (String change :
            List.of(
                "POST /models?" + archive(),
                "PUT /models/tiny?max_worker=1",
                "DELETE /models/tiny")) {
          String[] words = change.split(" ", 2);
          HttpResponse<String> refused = manage(server, words[0], words[1]);
          assertThat(refused.statusCode()).as(change + refused.body()).isEqualTo(503);
          assertThat(refused.body())
              .contains("the model store cannot be changed: it cannot be read");
          assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
        }
        assertThat(Files.exists(store.folder())).isEqualTo(isMountPoint);
        assertThat(score(address).statusCode()).isEqualTo(200);
      }

      Files.delete(store.folder());
      Files.move(away, store.folder());
      store.drop(2);
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(score(address).body()).contains("\"version\":\"2\""));
    }
  }

  @Test
  void aDefaultModelThatIsUnloadedBrokenOrRemovedSaysSo() throws Exception {
    try (LynxeyeProcess server = serve("--model", TinyStore.MODEL)) {
      String address = server.awaitAddress();
      String models = "/v2/repository/models/" + TinyStore.MODEL;
      assertThat(manage(server, "POST", models + "/unload").statusCode()).isEqualTo(200);
      assertUnavailable(address, "is unloaded; load it on the management port");
      assertThat(manage(server, "POST", models + "/load").statusCode()).isEqualTo(200);
      assertThat(score(address).statusCode()).isEqualTo(200);

      store.remove(1);
      awaitUnavailable(address, "has no version in the model store that can be served");

      Path broken = Files.createDirectories(folder.resolve("broken"));
      Files.writeString(broken.resolve("saved_model.pb"), "no graph");
      Files.createDirectories(store.folder().resolve(TinyStore.MODEL));
      Files.move(broken, store.folder().resolve(TinyStore.MODEL).resolve("3"));
      awaitUnavailable(address, "failed to load; the server's log has the reason");
    }
  }

  private void awaitUnavailable(String address, String why) {
    Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertUnavailable(address, why));
  }

  private void assertUnavailable(String address, String why) throws Exception {
    HttpResponse<String> answer = score(address);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("the model 'tiny' " + why);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void aStoreThatCannotBeWrittenIsAConflictWithOneWording() throws Exception {
    Files.createFile(store.folder().resolve(".settings"));
    Files.createFile(store.folder().resolve(".removed"));
    Files.createDirectory(store.folder().resolve(".importing.lock"));
    String wording = "the model store " + store.folder() + " cannot be written by this user (";
    try (LynxeyeProcess server = serve("--model-sources", folder.toString())) {
      String address = server.awaitAddress();
      for (String change :
          List.of(
              "POST /models?synchronous=true&" + archive(),
              "PUT /models/tiny?max_worker=1",
              "POST /v2/repository/models/tiny/unload",
              "DELETE /models/tiny")) {
        String[] words = change.split(" ", 2);
        HttpResponse<String> refused = manage(server, words[0], words[1]);
        assertThat(refused.statusCode()).as(change + refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains(wording);
      }
      assertThat(score(address).statusCode()).isEqualTo(200);
      server.terminate();
      assertThat(server.errors()).doesNotContain("\tat ");
    }
    for (String[] command :
        new String[][] {
          {"models", "remove", "tiny"},
          {"import", "more", folder.resolve("more.zip").toString()}
        }) {
      try (LynxeyeProcess process = LynxeyeProcess.start(store.folder(), command)) {
        assertOneLine(process, wording);
      }
    }
  }

  @Test
  void aDownloadOfNoUseIsDeletedAndItsAddressNamed() throws Exception {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          byte[] page = "<html>no model</html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    web.start();
    String address = "http://127.0.0.1:" + web.getAddress().getPort() + "/model.tar.gz";
    Path cache = privateFolder("cache");
    try (LynxeyeProcess process =
        LynxeyeProcess.start(
            store.folder(), "import", "more", address, "--cache", cache.toString())) {
      assertOneLine(process, address);
      assertThat(process.errors()).doesNotContain(cache.toString());
    } finally {
      web.stop(0);
    }
    try (Stream<Path> left = Files.list(cache.resolve("downloads"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .containsExactly(".importing.lock");
    }
  }

  /**
   * Two ports would take all 600 files if each had the limit for itself, and the server could do
   * nothing more. A burst may exceed the limit for a moment: Netty accepts it before it is counted.
   */
  @Test
  void allPortsShareTheLimitOfOpenFiles() throws Exception {
    Setup limited = new Setup("ulimit -n 600", List.of());
    List<Socket> silent = new ArrayList<>();
    try (LynxeyeProcess server = LynxeyeProcess.start(limited, store.folder(), SERVE)) {
      String address = server.awaitAddress();
      for (String port :
          List.of(
              address.substring("http://".length()),
              server.address("gRPC"),
              server.address("management"))) {
        for (int i = 0; i < 400; i++) {
          silent.add(connect(port));
          if (i % 10 == 0) {
            assertThat(send("GET", address + "/health/live", new byte[0]).statusCode())
                .isEqualTo(200);
          }
        }
      }

      store.drop(2); // Needs files, as each request does.
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(IOException.class) // Later silent ones may displace it.
          .untilAsserted(() -> assertThat(score(address).body()).contains("\"version\":\"2\""));
      server.terminate();
      assertThat(server.errors()).contains("the limit of open files, 600, allows no more");
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static Socket connect(String address) {
    String[] parts = address.split(":", 2);
    try {
      return new Socket(parts[0], Integer.parseInt(parts[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A heap larger than all memory, instead of a memory that is too small. */
  @Test
  void aMemoryLimitThatMayNotSufficeIsAWarningWithFigures() throws Exception {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long megabytes = 2 * (system.getTotalMemorySize() >> 20);
    try (LynxeyeProcess server =
        LynxeyeProcess.start(Setup.java("-Xmx" + megabytes + "m"), store.folder(), SERVE)) {
      server.awaitError("tiny/1 may need more memory than there is: about ");
      server.awaitError("the kernel kills a process that exceeds the limit");
    }
  }
}
