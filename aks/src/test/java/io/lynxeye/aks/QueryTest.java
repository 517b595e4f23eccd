package io.lynxeye.aks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** query.sh against a real HTTP server. */
final class QueryTest {
  private static final String ANSWER =
      "{\"model\":\"resnet50\",\"version\":\"1\",\"predictions\":[{\"index\":287,\"label\":\"lynx\","
          + "\"probability\":0.97420096},{\"index\":24,\"label\":\"great \\\"grey\\\" owl\","
          + "\"probability\":2.6E-3}]}";

  @TempDir Path folder;
  private Cloud cloud;
  private HttpServer server;
  private final List<String> keys = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    cloud = new Cloud(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/score", this::answer);
    server.start();
    cloud.state("port", server.getAddress().getPort() + "\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String key = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    keys.add(key);
    boolean known = key.startsWith("Bearer k");
    byte[] body = (known ? ANSWER : "{\"message\":\"A key is needed.\"}").getBytes(UTF_8);
    exchange.sendResponseHeaders(known ? 200 : 401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void anAddressAndAKeyAreEnoughWithoutACluster() throws Exception {
    cloud.environment("LYNXEYE_KEY", "k-of-the-environment");
    Cloud.Outcome query = cloud.run("query.sh", "--url", url());
    assertThat(query.exit()).as(query.err()).isZero();
    assertThat(query.out())
        .contains("  0.9742   287  lynx\n")
        .contains("  0.0026    24  great \\\"grey\\\" owl\n");
    assertThat(query.calls()).isEmpty();
    assertThat(keys).containsExactly("Bearer k-of-the-environment");
  }

  @Test
  void aKeyFileTakesPrecedenceOverTheEnvironment() throws Exception {
    cloud.environment("LYNXEYE_KEY", "wrong");
    String file = cloud.file("key", "k-of-the-file\n").toString();
    assertThat(cloud.run("query.sh", "--url", url(), "--key-file", file).exit()).isZero();
    assertThat(keys).containsExactly("Bearer k-of-the-file");
  }

  @Test
  void anErrorIsPrintedWithItsMessage() throws Exception {
    Cloud.Outcome query = cloud.run("query.sh", "--url", url());
    assertThat(query.exit()).isEqualTo(1);
    assertThat(query.err()).contains("lynx.jpg: 401 A key is needed.").contains("--key-file FILE");
  }

  @Test
  void anUnreachableServerIsReported() throws Exception {
    String url = url();
    server.stop(0);
    Cloud.Outcome query = cloud.run("query.sh", "--url", url);
    assertThat(query.exit()).isEqualTo(1);
    assertThat(query.err()).contains(url + " does not answer");
  }

  @Test
  void aPortForwardIsStartedAndEnded() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    cloud.state("secret-primary", "k-of-the-secret");
    Cloud.Outcome query = cloud.run("query.sh");
    assertThat(query.exit()).as(query.err()).isZero();
    assertThat(keys).containsExactly("Bearer k-of-the-secret");
    Golden.compare("query.txt", String.join("\n", query.calls()) + "\n");
    long forwarder = Long.parseLong(cloud.state("forwarder").strip());
    Awaitility.await()
        .until(() -> ProcessHandle.of(forwarder).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void benchGetsTheKeyInAFile() throws Exception {
    cloud.environment("LYNXEYE_KEY", "k-secret");
    Cloud.Outcome load = cloud.run("load-test.sh", "--url", url(), "--", "--quick");
    assertThat(load.exit()).as(load.err()).isZero();
    assertThat(load.calls())
        .singleElement()
        .asString()
        .startsWith("lynxeye bench --url " + url() + "/score --quick @");
    assertThat(load.calls().toString()).doesNotContain("k-secret");
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
