package io.lynxeye.http;

import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.server.TestCertificate;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * All HTTP ports of a server with TLS, and every address of theirs that can be read, taken from
 * their own documents.
 */
final class EveryAddress implements AutoCloseable {

  /** An address and the version of HTTP that it is asked with. */
  record Address(URI uri, Version version) {

    @Override
    public String toString() {
      return version + " " + uri.getPath();
    }
  }

  private final TestServer server;
  private final HttpClient client;

  /**
   * @param folder for the certificate
   */
  EveryAddress(Path folder) {
    TestCertificate own = TestCertificate.make("EC");
    try {
      client = HttpClient.newBuilder().sslContext(TestCertificate.trusting(own)).build();
      server = TestServer.ready(own.protection(folder));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every address, with both versions. */
  List<Address> all() {
    int management = server.open(Kind.MANAGEMENT);
    URI metrics = uri(server.open(Kind.METRICS), "/metrics");
    return Stream.of(
            readable(server.port()),
            readable(management),
            Stream.of(metrics, uri(server.port(), "/nowhere"), uri(server.port(), "/score")))
        .flatMap(addresses -> addresses)
        .flatMap(
            address ->
                Stream.of(
                    new Address(address, Version.HTTP_1_1), new Address(address, Version.HTTP_2)))
        .toList();
  }

  private Stream<URI> readable(int port) {
    JsonObject document =
        new JsonObject(
            send("GET", new Address(uri(port, "/openapi.json"), Version.HTTP_1_1)).body());
    return document.getJsonObject("paths").stream()
        .filter(path -> ((JsonObject) path.getValue()).containsKey("get"))
        .map(path -> uri(port, filled(path.getKey())));
  }

  /** With values that exist. */
  private static String filled(String path) {
    return path.replace("{model}", "fake")
        .replace("{version}", "1")
        .replace("{digest}", "0123456789ab")
        .replace("{label}", "stable")
        .replace("{name}", "fake")
        .replace("/page/{file}", "/page/page.css")
        .replace("/docs/{file}", "/docs/initializer.js");
  }

  private static URI uri(int port, String path) {
    return URI.create("https://127.0.0.1:" + port + path);
  }

  HttpResponse<String> send(String method, Address address, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.uri)
            .timeout(Duration.ofSeconds(20))
            .version(address.version)
            .method(method, BodyPublishers.noBody());
    try {
      return client.send(
          (headers.length == 0 ? request : request.headers(headers)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
