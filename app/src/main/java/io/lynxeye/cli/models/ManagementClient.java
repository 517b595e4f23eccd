package io.lynxeye.cli.models;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.lynxeye.cli.options.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** Calls the management port of a server. */
final class ManagementClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofHours(2); // The server may have to import.

  private final String server;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * @param server such as {@code http://127.0.0.1:8081}
   * @param key the key to send
   * @param ca a PEM file of certificates to trust; empty = those the JDK trusts
   */
  ManagementClient(String server, Optional<String> key, Optional<Path> ca) throws Failure {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
    if (ca.isPresent()) {
      client.sslContext(trusting(ca.get()));
    }
    this.http = client.build();
    this.key = key;
    this.server = server.replaceFirst("/+$", "");
  }

  /** Trusts servers with one of these certificates, or one issued by one of these. */
  private static SSLContext trusting(Path pem) throws Failure {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca-" + number++, one);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure("cannot read a PEM certificate from --server-ca " + pem + ": " + e);
    }
  }

  /**
   * Sends a request and waits for the response.
   *
   * @throws Failure when there is no response or it is an error; with the server's message
   */
  JsonElement call(String method, String path) throws Failure, InterruptedException {
    try {
      HttpResponse<String> response = http.send(request(method, path), BodyHandlers.ofString());
      if (response.statusCode() == 401) {
        throw new Failure(
            server
                + " requires an administrator's key: name a file that holds it with"
                + " --admin-key-file, or set LYNXEYE_ADMIN_KEY");
      }
      JsonElement json = json(response);
      if (response.statusCode() >= 400) {
        throw new Failure(message(json.getAsJsonObject()));
      }
      return json;
    } catch (SSLException e) {
      throw new Failure(
          "the certificate of %s is not trusted (%s); name it, or its issuer's, with --server-ca"
              .formatted(server, e.getMessage()));
    } catch (IOException e) {
      throw new Failure(
          "no server answers at %s; is it running, and is this the address of its --management-port?"
              .formatted(server));
    }
  }

  private HttpRequest request(String method, String path) throws Failure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path))
            .timeout(TIMEOUT)
            .method(method, BodyPublishers.noBody());
    try {
      key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    } catch (IllegalArgumentException e) { // The message leaves out the key: it is a secret.
      throw new Failure("invalid key: contains characters not allowed in a key");
    }
    return request.build();
  }

  private JsonElement json(HttpResponse<String> response) throws Failure {
    try {
      JsonElement json = JsonParser.parseString(response.body());
      boolean isError = response.statusCode() >= 400;
      if (json.isJsonObject() || (json.isJsonArray() && !isError)) {
        return json;
      }
    } catch (JsonParseException e) {
      // Reported below, like JSON that a management port never sends.
    }
    throw new Failure(
        server + " is not the management port of a Lynxeye server; use that of --management-port");
  }

  private URI address(String path) throws Failure {
    try {
      URI address = URI.create(server + path);
      if (address.getHost() != null && address.getScheme().matches("(?i)https?")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like an address without a host.
    }
    throw new Failure("--server " + server + " is not an address such as http://127.0.0.1:8081");
  }

  private static String message(JsonObject error) {
    return error.has("message") ? error.get("message").getAsString() : error.toString();
  }
}
