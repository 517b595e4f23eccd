package io.lynxeye.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Calls a server's management port. */
final class ManagementClient {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofHours(2); // It may have to import.

  private final String server;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * @param server such as {@code http://127.0.0.1:8081}
   * @param key what to show there
   * @param trust for https, where the JDK's own will not do
   */
  ManagementClient(String server, Optional<String> key, Optional<SSLContext> trust) {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT);
    trust.ifPresent(client::sslContext);
    this.http = client.build();
    this.key = key;
    this.server = server.replaceFirst("/+$", "");
  }

  /**
   * Calls and waits for the answer.
   *
   * @throws Failure when there is no answer, or a refusal, with what the server says of it
   */
  JsonElement call(String method, String path) throws Failure, InterruptedException {
    try {
      HttpResponse<String> answer = http.send(request(method, path), BodyHandlers.ofString());
      if (answer.statusCode() == 401) {
        throw new Failure(
            server
                + " wants a key: name a file that holds it with --key-file, or set"
                + " LYNXEYE_API_KEY");
      }
      JsonElement json = json(answer);
      if (answer.statusCode() >= 400) {
        throw new Failure(message(json.getAsJsonObject()));
      }
      return json;
    } catch (SSLException e) {
      throw new Failure(
          server
              + " is not trusted: name its certificate, or its issuer's, with --server-ca ("
              + e.getMessage()
              + ")");
    } catch (IOException e) {
      throw new Failure(
          "no server answers at "
              + server
              + "; is it running, and is this the address of its --management-port?");
    }
  }

  private HttpRequest request(String method, String path) throws Failure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path))
            .timeout(ANSWER)
            .method(method, BodyPublishers.noBody());
    try {
      key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
    } catch (IllegalArgumentException e) { // Not shown: it may be a key with a slip in it.
      throw new Failure("the key is none: it has characters that no key has");
    }
    return request.build();
  }

  private JsonElement json(HttpResponse<String> answer) throws Failure {
    try {
      JsonElement json = JsonParser.parseString(answer.body());
      boolean isError = answer.statusCode() >= 400;
      if (json.isJsonObject() || (json.isJsonArray() && !isError)) {
        return json;
      }
    } catch (JsonParseException e) {
      // Told below, like JSON that we never send.
    }
    throw new Failure(
        server + " is no management port of lynxeye; name the one of --management-port");
  }

  private URI address(String path) throws Failure {
    try {
      URI address = URI.create(server + path);
      if (address.getHost() != null && address.getScheme().matches("(?i)https?")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Told below, like an address without a host.
    }
    throw new Failure("--server " + server + " is no address such as http://127.0.0.1:8081");
  }

  private static String message(JsonObject error) {
    return error.has("message") ? error.get("message").getAsString() : error.toString();
  }
}
