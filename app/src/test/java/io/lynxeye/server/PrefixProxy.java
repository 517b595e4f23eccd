package io.lynxeye.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy that serves a server below a path, as nginx does with {@code location /lynx/ { proxy_pass
 * http://server/; }}: it removes the prefix, and answers 404 for paths without it.
 */
public final class PrefixProxy implements AutoCloseable {

  private static final String PREFIX = "/lynx";

  /** Set by the two HTTP implementations themselves. */
  private static final Set<String> OWN =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "date");

  private final HttpServer proxy;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestServer server;

  public PrefixProxy(TestServer server) throws IOException {
    this.server = server;
    proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.setExecutor(threads);
    proxy.createContext(PREFIX + "/", this::forward);
    proxy.start();
  }

  /** The address of a path of the server, as the proxy's clients see it. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + proxy.getAddress().getPort() + PREFIX + path);
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString().substring(PREFIX.length());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.uri(path))
              .method(
                  exchange.getRequestMethod(),
                  BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name)) {
                  exchange.getResponseHeaders().put(name, List.copyOf(values));
                }
              });
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    proxy.stop(0);
    threads.shutdownNow();
  }
}
