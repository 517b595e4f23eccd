package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsTest {

  @TempDir private Path folder;
  private TestCertificate own;

  @BeforeEach
  void makeCertificate() throws Exception {
    own = TestCertificate.make("EC");
    own.writeCertificate(folder.resolve("cert.pem"));
    own.writeKey(folder.resolve("key.pem"));
  }

  private TestServer server(Optional<Path> clientCa) {
    return server(clientCa, false);
  }

  private TestServer server(Optional<Path> clientCa, boolean http2) {
    return server(clientCa, http2, ConnectionLimits.DEFAULT);
  }

  private TestServer server(Optional<Path> clientCa, boolean http2, ConnectionLimits limits) {
    TlsConfig files =
        new TlsConfig(folder.resolve("cert.pem"), folder.resolve("key.pem"), clientCa, http2);
    return TestServer.ready(
        new Protection(
            new SecurityConfig(limits, Optional.of(files), List.of()),
            Optional.empty(),
            Optional.empty(),
            new FilePoller(Duration.ofMillis(20))));
  }

  private static HttpClient client(SSLContext context, Version version) {
    return HttpClient.newBuilder().sslContext(context).version(version).build();
  }

  private static HttpRequest post(TestServer server, String body) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/score"))
        .timeout(Duration.ofSeconds(20))
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** The certificate that a new connection gets. */
  private static Certificate shown(TestServer server, SSLContext context) throws IOException {
    try (SSLSocket socket = connect(server, context)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket connect(TestServer server, SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
  }

  @ParameterizedTest
  @CsvSource({"RSA, HTTP_1_1", "EC, HTTP_1_1", "RSA, HTTP_2", "EC, HTTP_2"})
  void imagesAreScoredOverTls(String algorithm, Version version) throws Exception {
    own = TestCertificate.make(algorithm);
    own.writeCertificate(folder.resolve("cert.pem"));
    own.writeKey(folder.resolve("key.pem"));
    try (TestServer server = server(Optional.empty(), version == Version.HTTP_2)) {
      HttpResponse<String> answer =
          client(TestCertificate.trusting(own), version)
              .send(post(server, "7"), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("label 7");
      assertThat(answer.version()).isEqualTo(version);
    }
  }

  @Test
  void plainTextGetsNoAnswer() throws Exception {
    try (TestServer server = server(Optional.empty());
        RawConnection connection = server.connect()) {
      connection.write("GET /health/live HTTP/1.1\nHost: x\n\n");

      assertThatThrownBy(connection::read).isInstanceOf(Exception.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void currentTlsVersionsAreAccepted(String protocol) throws Exception {
    try (TestServer server = server(Optional.empty());
        SSLSocket socket = connect(server, TestCertificate.trusting(own))) {
      socket.setSSLParameters(new SSLParameters(null, new String[] {protocol}));
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
    }
  }

  @Test
  void aNewCertificateIsShownWithoutARestartAndOpenConnectionsAreKept() throws Exception {
    TestCertificate next = TestCertificate.make("RSA");
    SSLContext both = TestCertificate.trusting(own, next);
    try (TestServer server = server(Optional.empty())) {
      HttpClient client = client(both, Version.HTTP_1_1);
      client.send(post(server, "1"), BodyHandlers.ofString());
      assertThat(shown(server, both)).isEqualTo(own.certificate());

      next.writeCertificate(folder.resolve("cert.pem")); // Does not match the key: ignored.
      Awaitility.await()
          .during(Duration.ofMillis(300))
          .until(() -> shown(server, both).equals(own.certificate()));
      next.writeKey(folder.resolve("key.pem"));

      Awaitility.await().until(() -> shown(server, both).equals(next.certificate()));
      HttpResponse<String> answer = client.send(post(server, "2"), BodyHandlers.ofString());
      assertThat(answer.body()).contains("label 2");
      assertThat(answer.sslSession().orElseThrow().getPeerCertificates()[0])
          .isEqualTo(own.certificate());
    }
  }

  @Test
  void withAClientCaOnlyItsClientsAreAccepted() throws Exception {
    TestCertificate known = TestCertificate.make("EC");
    TestCertificate stranger = TestCertificate.make("EC");
    Path authority = known.writeCertificate(folder.resolve("clients.pem"));
    try (TestServer server = server(Optional.of(authority))) {
      assertThat(
              client(known.trusted(own), Version.HTTP_1_1)
                  .send(post(server, "7"), BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
      for (SSLContext refused : List.of(TestCertificate.trusting(own), stranger.trusted(own))) {
        HttpClient client = client(refused, Version.HTTP_1_1);
        assertThatThrownBy(() -> client.send(post(server, "7"), BodyHandlers.ofString()))
            .isInstanceOf(IOException.class);
      }
    }
  }

  /** A stopping server sends GOAWAY to Java's client, which must still get its responses. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void acceptedRequestsAreAnsweredWhenTheServerStops(Version version) throws Exception {
    try (TestServer server = server(Optional.empty())) {
      HttpClient client = client(TestCertificate.trusting(own), version);
      server.model().hold();
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(post(server, "1"), BodyHandlers.ofString());
      server.model().awaitCall();
      CompletableFuture<HttpResponse<String>> waiting =
          client.sendAsync(post(server, "2"), BodyHandlers.ofString());
      server.awaitRequests(2);

      CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> stop(server));
      Awaitility.await().until(() -> !server.server().isReady());
      Awaitility.await()
          .until(
              () -> {
                try {
                  server.connect().close();
                  return false;
                } catch (IOException e) {
                  return true;
                }
              });
      server.model().release(2);

      assertThat(running.get().body()).contains("label 1");
      assertThat(waiting.get().body()).contains("label 2");
      stop.get();
    }
  }

  private static void stop(TestServer server) {
    try {
      server.server().stop();
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void theManagementPortUsesTlsToo(Version version) throws Exception {
    try (TestServer server = server(Optional.empty(), true)) {
      int port = server.open(EndpointConfig.Kind.MANAGEMENT);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/metrics")).build();

      HttpResponse<String> answer =
          client(TestCertificate.trusting(own), version).send(request, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(version);
    }
  }

  @Test
  void anHttp2ConnectionOutlivesTheHeaderTimeout() throws Exception {
    ConnectionLimits limits =
        new ConnectionLimits(10, Duration.ofMillis(500), Duration.ofSeconds(10), 1);
    try (TestServer server = server(Optional.empty(), true, limits)) {
      server.model().hold();
      HttpClient client = client(TestCertificate.trusting(own), Version.HTTP_2);
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(post(server, "1"), BodyHandlers.ofString());
      server.model().awaitCall();
      long begun = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - begun > 800_000_000L);
      server.model().release(1);

      assertThat(running.get().body()).contains("label 1");
      assertThat(running.get().version()).isEqualTo(Version.HTTP_2);
    }
  }

  @Test
  void unusableFilesAreNamedAtStart() throws Exception {
    TestCertificate other = TestCertificate.make("EC");
    other.writeKey(folder.resolve("key.pem"));
    assertThatThrownBy(() -> server(Optional.empty()))
        .hasStackTraceContaining("key.pem is not the key of the certificate in");

    Files.writeString(folder.resolve("key.pem"), "nonsense");
    assertThatThrownBy(() -> server(Optional.empty()))
        .hasStackTraceContaining("are not a certificate and its private key in PEM");

    Files.delete(folder.resolve("key.pem"));
    assertThatThrownBy(() -> server(Optional.empty()))
        .hasStackTraceContaining("key.pem cannot be read");
  }
}
