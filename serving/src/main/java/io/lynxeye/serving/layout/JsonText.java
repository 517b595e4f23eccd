package io.lynxeye.serving.layout;

import io.lynxeye.serving.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON files of a model folder. */
final class JsonText {

  private JsonText() {}

  /**
   * The object that a file holds.
   *
   * @throws UnusableException when it is no JSON object
   */
  static Map<?, ?> object(ModelFolder folder, String file) throws IOException, UnusableException {
    String text = folder.text(file);
    try {
      return JsonReader.object(text)
          .orElseThrow(() -> new UnusableException(file + " is not a JSON object: copy it again"));
    } catch (IOException e) {
      throw new UnusableException(
          "%s is not JSON (%s): copy it again".formatted(file, e.getMessage()));
    }
  }

  /** The labels of an object from indices to labels, if the indices are 0, 1, 2, ... */
  static Optional<List<String>> labels(Map<?, ?> byIndex) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < byIndex.size(); i++) {
      Object label = byIndex.get(Integer.toString(i));
      if (label instanceof List<?> pair && !pair.isEmpty()) {
        label = pair.get(pair.size() - 1); // An id of WordNet and a word.
      }
      if (!(label instanceof String text)) {
        return Optional.empty();
      }
      labels.add(text);
    }
    return labels.isEmpty() ? Optional.empty() : Optional.of(labels);
  }
}
