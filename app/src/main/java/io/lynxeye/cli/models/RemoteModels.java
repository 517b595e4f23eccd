package io.lynxeye.cli.models;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.model.VersionNumber;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The models of a running server, through its management port. */
final class RemoteModels implements ModelCatalogue {

  private final ManagementClient client;

  RemoteModels(ManagementClient client) {
    this.client = client;
  }

  @Override
  public List<JsonObject> list() throws Failure, InterruptedException {
    List<JsonObject> rows = new ArrayList<>();
    String next = "0";
    while (next != null) {
      JsonObject page = client.call("GET", "/models?next_page_token=" + next).getAsJsonObject();
      page.getAsJsonArray("models").forEach(row -> rows.add(row.getAsJsonObject()));
      next = page.has("nextPageToken") ? page.get("nextPageToken").getAsString() : null;
    }
    return rows;
  }

  @Override
  public List<JsonObject> describe(String model) throws Failure, InterruptedException {
    List<JsonObject> versions = new ArrayList<>();
    JsonArray workflows = client.call("GET", "/models/" + encoded(model)).getAsJsonArray();
    for (JsonElement element : workflows) {
      JsonObject workflow = element.getAsJsonObject();
      JsonObject version = new JsonObject();
      version.add("modelName", workflow.get("workflowName"));
      if (workflow.has("version")) {
        version.add("version", workflow.get("version"));
      }
      workflow.getAsJsonArray("models").get(0).getAsJsonObject().asMap().forEach(version::add);
      version.remove("workerGroups"); // The number of workers is enough.
      versions.add(version);
    }
    return versions;
  }

  @Override
  public String add(
      String model,
      Optional<String> source,
      Optional<VersionNumber> version,
      Optional<String> sha256)
      throws Failure, InterruptedException {
    Map<String, String> query = new TreeMap<>();
    query.put("url", source.map(RemoteModels::absolute).orElse(model));
    query.put("model_name", model);
    version.ifPresent(number -> query.put("model_version", number.toString()));
    sha256.ifPresent(digest -> query.put("sha256", digest));
    String text =
        query.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return status(client.call("POST", "/models?" + text));
  }

  @Override
  public String remove(String model, Optional<VersionNumber> version)
      throws Failure, InterruptedException {
    String path = "/models/" + encoded(model);
    return status(client.call("DELETE", path + version.map(n -> "/" + n).orElse("")));
  }

  /** Makes the path of a file absolute, because the server can run in another folder. */
  private static String absolute(String source) {
    return source.contains("://") || !Files.exists(Path.of(source))
        ? source
        : Path.of(source).toAbsolutePath().toString();
  }

  private static String status(JsonElement response) {
    return response.getAsJsonObject().get("status").getAsString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
