package io.lynxeye.importers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The labels of a package: a JSON object from the index of a class to its name. */
final class Labels {
  private Labels() {}

  /** In the order of the indices, with spaces for underscores. */
  static List<String> read(Path json) throws IOException, ImportException {
    List<String> labels = new ArrayList<>();
    try {
      JsonObject names = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
      for (int i = 0; i < names.size(); i++) {
        if (!names.has(Integer.toString(i))) {
          throw new ImportException(
              "The labels in " + json.getFileName() + " lack number " + i + ".");
        }
        labels.add(names.get(Integer.toString(i)).getAsString().replace('_', ' ').strip());
      }
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new ImportException(
          json.getFileName() + " is no JSON object of labels: " + e.getMessage(), e);
    }
    return labels;
  }
}
