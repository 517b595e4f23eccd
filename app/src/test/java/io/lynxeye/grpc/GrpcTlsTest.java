package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.server.TestCertificate;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gRPC port over TLS, and changes of its files. */
@Timeout(60)
class GrpcTlsTest {

  @TempDir private Path folder;
  private final AtomicInteger polls = new AtomicInteger();
  private Path certificate;
  private Path key;
  private Path first;

  @BeforeEach
  void makeCertificate() throws Exception {
    certificate = folder.resolve("cert.pem");
    key = folder.resolve("key.pem");
    TestCertificate own = TestCertificate.make("EC");
    own.writeCertificate(certificate);
    own.writeKey(key);
    first = own.writeCertificate(folder.resolve("first.pem"));
  }

  private TestServer server(Optional<Path> clientCa) {
    TlsConfig files = new TlsConfig(certificate, key, clientCa, false);
    return TestServer.ready(
        new Protection(
            new SecurityConfig(ConnectionLimits.DEFAULT, Optional.of(files), List.of()),
            Optional.empty(),
            Optional.empty(),
            new FilePoller(Duration.ofMillis(20)).each(polls::incrementAndGet)));
  }

  /** Returns when every change until now has been polled. */
  private void awaitPolls() {
    int now = polls.get();
    Awaitility.await().until(() -> polls.get() >= now + 3);
  }

  private static void assertScores(int port, Path trusted) throws IOException {
    try (GrpcClient client = new GrpcClient(port, trusted)) {
      assertThat(shown(client.infer(images("7")))).containsExactly(7);
    }
  }

  @Test
  void imagesAreScoredOverTlsAndAChangedCertificateIsShown() throws Exception {
    try (TestServer server = server(Optional.empty())) {
      int port = server.listenGrpc();
      assertScores(port, first);

      TestCertificate next = TestCertificate.make("RSA");
      next.writeCertificate(certificate);
      next.writeKey(key);

      Awaitility.await().ignoreExceptions().untilAsserted(() -> assertScores(port, certificate));
    }
  }

  @Test
  void aCertificateIsNotShownBeforeItsKeyExists() throws Exception {
    try (TestServer server = server(Optional.empty())) {
      int port = server.listenGrpc();
      TestCertificate next = TestCertificate.make("EC");

      next.writeCertificate(certificate);

      awaitPolls();
      assertScores(port, first);
      next.writeKey(key);
      Awaitility.await().ignoreExceptions().untilAsserted(() -> assertScores(port, certificate));
    }
  }

  private ChannelCredentials showing(TestCertificate own, String name) throws Exception {
    return TlsChannelCredentials.newBuilder()
        .trustManager(first.toFile())
        .keyManager(
            own.writeCertificate(folder.resolve(name + "-cert.pem")).toFile(),
            own.writeKey(folder.resolve(name + "-key.pem")).toFile())
        .build();
  }

  private static Status.Code refusal(int port, ChannelCredentials credentials) {
    try (GrpcClient client = new GrpcClient(port, credentials)) {
      return client.refusal(images("7")).getCode();
    }
  }

  @Test
  void onlyClientsOfTheNewCaAreAcceptedAfterAChange() throws Exception {
    TestCertificate before = TestCertificate.make("EC");
    TestCertificate after = TestCertificate.make("EC");
    Path issuer = before.writeCertificate(folder.resolve("ca.pem"));
    ChannelCredentials old = showing(before, "before");
    ChannelCredentials changed = showing(after, "after");
    try (TestServer server = server(Optional.of(issuer))) {
      int port = server.listenGrpc();
      try (GrpcClient client = new GrpcClient(port, old)) {
        assertThat(shown(client.infer(images("7")))).containsExactly(7);
      }
      assertThat(refusal(port, changed)).isEqualTo(Status.Code.UNAVAILABLE);

      after.writeCertificate(issuer);

      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                try (GrpcClient client = new GrpcClient(port, changed)) {
                  assertThat(shown(client.infer(images("7")))).containsExactly(7);
                }
              });
      assertThat(refusal(port, old)).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }
}
