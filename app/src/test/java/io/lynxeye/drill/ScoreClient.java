package io.lynxeye.drill;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Posts images to {@code /score} of one server. Thread-safe. */
final class ScoreClient {

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI score;

  ScoreClient(String address) {
    this.score = URI.create(address + "/score");
  }

  HttpResponse<String> post(byte[] image) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(score).POST(HttpRequest.BodyPublishers.ofByteArray(image)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
