package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.security.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cipher suites a client can use on each port, tried by handshakes with one suite each. */
@Timeout(120)
class TlsCiphersTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "security.md");

  @TempDir private Path folder;

  /** The suites that Java's client has; a suite of TLS 1.3 needs no key type in its name. */
  private static Set<String> offered(SSLContext context) {
    return Stream.of(context.getSupportedSSLParameters().getCipherSuites())
        .filter(suite -> !suite.endsWith("_SCSV"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isAccepted(int port, SSLContext context, String suite, boolean alpn)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLParameters parameters =
          new SSLParameters(new String[] {suite}, new String[] {"TLSv1.2", "TLSv1.3"});
      if (alpn) {
        parameters.setApplicationProtocols(new String[] {"h2"});
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getCipherSuite().equals(suite);
    } catch (IOException | IllegalArgumentException e) { // Refused, by the client or the server.
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"EC, ECDSA", "RSA, RSA"})
  void onlyTheSuitesOfTheListAreAccepted(String algorithm, String inName) throws Exception {
    TestCertificate own = TestCertificate.make(algorithm);
    SSLContext context = TestCertificate.trusting(own);
    Set<String> wanted =
        Tls.CIPHER_SUITES.stream()
            .filter(suite -> !suite.contains("_WITH_") || suite.contains("_" + inName + "_WITH_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(offered(context)).containsAll(wanted).anyMatch(suite -> suite.contains("_CBC_"));
    try (TestServer server = TestServer.ready(own.protection(folder))) {
      List<Integer> http =
          List.of(server.port(), server.open(Kind.MANAGEMENT), server.open(Kind.METRICS));
      for (int port : http) {
        assertThat(accepted(port, context, false)).isEqualTo(wanted);
      }
      assertThat(accepted(server.listenGrpc(), context, true)).isEqualTo(wanted);
    }
  }

  private static Set<String> accepted(int port, SSLContext context, boolean alpn)
      throws IOException {
    Set<String> accepted = new TreeSet<>();
    for (String suite : offered(context)) {
      if (isAccepted(port, context, suite, alpn)) {
        accepted.add(suite);
      }
    }
    return accepted;
  }

  @Test
  void theDocumentStatesTheList() throws IOException {
    List<String> stated =
        Pattern.compile("`(TLS_[A-Z0-9_]+)`")
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(stated).isEqualTo(Tls.CIPHER_SUITES);
  }

  @Test
  void everySuiteHasForwardSecrecyAndAuthenticatedEncryption() {
    assertThat(Tls.CIPHER_SUITES)
        .allMatch(suite -> !suite.contains("_WITH_") || suite.startsWith("TLS_ECDHE_"))
        .allMatch(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_POLY1305_"));
  }
}
