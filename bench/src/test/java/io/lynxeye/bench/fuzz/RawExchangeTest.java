package io.lynxeye.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a server says over one connection, and what may not be in it. */
class RawExchangeTest {

  private static final String FINE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

  @AutoClose
  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  private final RawExchange exchange = new RawExchange(Duration.ofMillis(500));
  private final AnswerRules rules = new AnswerRules(List.of("/home/lynx"));

  RawExchangeTest() throws IOException {}

  private static Attempt attempt(String text, String... methods) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Attempt(0, "GET /", false, List.of(bytes), List.of(methods), true);
  }

  /** Says so, and closes. */
  private void say(String answer) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                assertThat(socket.getInputStream().read()).isPositive();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.start();
  }

  private void send(Attempt attempt) throws Exception {
    exchange.run(URI.create("http://127.0.0.1:" + server.getLocalPort()), attempt);
  }

  @Test
  void readsAsManyAnswersAsThereAreRequests() throws Exception {
    say("HTTP/1.1 100 Continue\r\n\r\n" + FINE + FINE);

    send(attempt("x", "GET", "GET"));

    assertThat(exchange.answers()).extracting(RawAnswer::status).containsExactly(200, 200);
    assertThat(exchange.answers()).extracting(RawAnswer::body).containsExactly("{}", "{}");
    assertThat(rules.broken(attempt("x", "GET"), exchange)).isEmpty();
  }

  @Test
  void aClosedConnectionIsAnEnd() throws Exception {
    say("");

    send(attempt("x", "GET"));

    assertThat(exchange.answers()).isEmpty();
    assertThat(rules.broken(attempt("x", "GET"), exchange)).isEmpty();
  }

  @Test
  void silenceIsFound() throws Exception {
    send(attempt("x", "GET")); // Nobody accepts.

    assertThat(rules.broken(attempt("x", "GET"), exchange)).contains("neither answered nor closed");
  }

  @Test
  void theServersFailureIsFound() throws Exception {
    say("HTTP/1.1 500 Oh\r\ncontent-length: 4\r\n\r\nwhy?");

    send(attempt("x", "GET"));

    assertThat(rules.broken(attempt("x", "GET"), exchange)).contains("500 why?");
  }

  @Test
  void wordsOfTheInsideAreFoundUnlessTheCallerSaidThem() throws Exception {
    say("HTTP/1.1 400 No\r\ncontent-length: 20\r\n\r\nno /home/lynx/secret");

    send(attempt("x", "GET"));

    assertThat(rules.broken(attempt("x", "GET"), exchange)).isPresent();
    assertThat(rules.broken(attempt("GET /home/lynx", "GET"), exchange)).isEmpty();
  }

  @Test
  void classNamesAreFound() throws Exception {
    say("HTTP/1.1 400 No\r\ncontent-length: 19\r\n\r\njava.io.IOException");

    send(attempt("x", "GET"));

    assertThat(rules.broken(attempt("x", "GET"), exchange)).isPresent();
  }
}
