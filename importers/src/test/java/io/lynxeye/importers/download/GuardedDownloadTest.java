package io.lynxeye.importers.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.lynxeye.importers.sources.ModelSources;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Addresses from a client lead to where the operator allows, and nowhere else: a server that may be
 * read, on 127.0.0.2, and one that may not, on 127.0.0.1.
 */
class GuardedDownloadTest {

  private static final byte[] MODEL = "the model".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SECRET =
      "the-secret-of-this-machine".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path root;

  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> read = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<String>> names = new HashMap<>();
  private final List<String> resolved = new CopyOnWriteArrayList<>();
  private int port;
  private Path file;

  @BeforeEach
  void serve() throws IOException {
    HttpServer allowed = server("127.0.0.2", 0, MODEL);
    port = allowed.getAddress().getPort();
    server("127.0.0.1", port, SECRET);
    file = root.resolve("file");
    name("models.example", "127.0.0.2");
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private HttpServer server(String host, int wanted, byte[] content) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(host, wanted), 0);
    server.createContext(
        "/",
        exchange -> {
          read.add(host + exchange.getRequestURI());
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return server;
  }

  private void redirect(String path, String location) {
    servers
        .get(0)
        .createContext(
            path,
            exchange -> {
              read.add("127.0.0.2" + path);
              exchange.getResponseHeaders().add("Location", location);
              exchange.sendResponseHeaders(302, -1);
              exchange.close();
            });
  }

  /** Answers of the name server, one after the other; the last one stays. */
  private void name(String host, String... addresses) {
    names.put(host, new ArrayDeque<>(List.of(addresses)));
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    resolved.add(host);
    Deque<String> answers = names.getOrDefault(host, new ArrayDeque<>(List.of(host)));
    String answer = answers.size() > 1 ? answers.poll() : answers.peek();
    return new InetAddress[] {InetAddress.getByName(answer)};
  }

  private void fetch(String address, String... sources) throws Exception {
    new HttpDownload(Duration.ofSeconds(20), new ModelSources(List.of(sources), this::resolve))
        .fetch(URI.create(address), file, DiskSpace.real(), Progress.silent());
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String address, String... sources) {
    return assertThatThrownBy(() -> fetch(address, sources))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("--model-sources")
        .satisfies(refusal -> assertThat(refusal.toString()).doesNotContain("secret"));
  }

  private String models(String path) {
    return "http://models.example:" + port + path;
  }

  @Test
  void anAllowedAddressIsReadByItsName() throws Exception {
    fetch(models("/public/a"), models("/public/"), "127.0.0.2");

    assertThat(file).hasBinaryContent(MODEL);
    assertThat(resolved).containsExactly("models.example");
  }

  @Test
  void aNameThatLeadsToThisMachineIsNotRead() {
    name("models.example", "127.0.0.1");

    assertRefused(models("/public/a"), models("/public/"));
    assertThat(read).isEmpty();
  }

  @Test
  void aSecondAnswerOfTheNameServerLeadsNowhere() throws Exception {
    name("models.example", "127.0.0.2", "127.0.0.1");

    fetch(models("/public/a"), models("/public/"), "127.0.0.2");

    assertThat(file).hasBinaryContent(MODEL);
    assertThat(read).containsExactly("127.0.0.2/public/a");
    assertThat(resolved).hasSize(1);
  }

  @Test
  void aRedirectIsCheckedLikeTheFirstAddress() {
    for (String location :
        List.of(
            "http://127.0.0.1:" + port + "/public/a",
            "http://[::1]:" + port + "/public/a",
            "//127.0.0.1:" + port + "/public/a",
            models("/private/a"),
            "/private/a")) {
      String from = "/public/from" + read.size();
      redirect(from, location);

      assertRefused(models(from), models("/public/"), "127.0.0.2");
    }
    assertThat(read).hasSize(5).allMatch(one -> one.startsWith("127.0.0.2/public/from"));
  }

  @Test
  void aRedirectToANameOfThisMachineIsNotReadAlthoughEveryHostIsAllowed() {
    name("inner.example", "127.0.0.1");
    redirect("/public/from", "http://inner.example:" + port + "/a");

    assertRefused(models("/public/from"), "http:", "127.0.0.2")
        .hasMessageContaining("not on the internet");
    assertThat(read).containsExactly("127.0.0.2/public/from");
  }

  @Test
  void anAllowedRedirectIsFollowed() throws Exception {
    redirect("/public/from", "/public/to");

    fetch(models("/public/from"), models("/public/"), "127.0.0.2");

    assertThat(file).hasBinaryContent(MODEL);
  }

  /** Java's sockets would use it with an address, not HTTP with a name. */
  @Test
  void aProxyForSocketsLeavesTheCheckInPlace() {
    ProxySelector usual = ProxySelector.getDefault();
    ProxySelector.setDefault(new SocksSelector());
    try {
      assertRefused("http://localhost:" + port + "/a", "http:")
          .hasMessageContaining("not on the internet");
      assertThat(read).isEmpty();
    } finally {
      ProxySelector.setDefault(usual);
    }
  }

  private static final class SocksSelector extends ProxySelector {

    @Override
    public List<Proxy> select(URI address) {
      return List.of(
          new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("proxy.example", 1080)));
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
  }

  @Test
  void anAddressThatMayNotBeReadIsRefusedThoughItsContentIsKept() throws Exception {
    HttpDownload http =
        new HttpDownload(
            Duration.ofSeconds(20),
            new ModelSources(List.of(models("/public/"), "127.0.0.2"), this::resolve));
    Downloads downloads =
        new Downloads(
            root.resolve("kept"),
            new NpmClient("npm"),
            http,
            http,
            DiskSpace.real(),
            Progress.silent());
    FetchedArchive kept = downloads.web(URI.create(models("/public/a")), Optional.empty());

    assertThatThrownBy(
            () ->
                downloads.web(
                    URI.create("http://169.254.169.254/latest"), Optional.of(kept.sha256())))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("--model-sources");
  }

  @Test
  void aBodyWithoutAnEndIsNotReadToTheEnd() {
    servers
        .get(0)
        .createContext(
            "/public/endless",
            exchange -> {
              read.add("endless");
              exchange.sendResponseHeaders(200, 0); // In chunks, without a length.
              try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                  body.write(MODEL);
                }
              }
            });

    assertThatThrownBy(
            () ->
                new HttpDownload(Duration.ofSeconds(20), AddressRule.ANY, 1_000_000)
                    .fetch(
                        URI.create("http://127.0.0.2:" + port + "/public/endless"),
                        file,
                        DiskSpace.real(),
                        Progress.silent()))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("larger than");
    assertThat(read).containsExactly("endless"); // Another attempt would not help.
  }

  @Test
  void redirectsInACircleEnd() {
    redirect("/public/circle", "/public/circle");

    assertThatThrownBy(() -> fetch(models("/public/circle"), models("/public/"), "127.0.0.2"))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("redirects too often");
    assertThat(read).hasSize(6);
  }

  @Test
  void whatAnotherProtocolSaysIsNotEchoed() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.2"))) {
      CompletableFuture<Void> greeting = CompletableFuture.runAsync(() -> greet(other));
      String address = "http://models.example:" + other.getLocalPort() + "/";

      assertThatThrownBy(() -> fetch(address, address, "127.0.0.2"))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("no response in HTTP")
          .hasMessageNotContaining("secret");
      greeting.join();
    }
  }

  private static void greet(ServerSocket other) {
    try (Socket client = other.accept()) {
      client.getOutputStream().write("SSH-2.0-the-secret\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
