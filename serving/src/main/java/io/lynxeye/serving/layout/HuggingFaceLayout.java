package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A model that Optimum has exported to ONNX, or a repository of the Hugging Face Hub with one. */
final class HuggingFaceLayout implements Layout {

  private static final String CONFIG = "config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final List<String> PLACES = List.of("", "onnx/");

  @Override
  public Optional<Place> recognise(ModelFolder folder, Map<String, String> manifest)
      throws IOException, UnusableException {
    Optional<String> place =
        PLACES.stream().filter(subfolder -> hasOnnx(folder, subfolder)).findFirst();
    if (place.isEmpty() || !folder.has(CONFIG)) {
      return Optional.empty();
    }
    Map<?, ?> config = JsonText.object(folder, CONFIG);
    if (!config.containsKey("model_type") && !config.containsKey("architectures")) {
      return Optional.empty(); // Another tool's config.json.
    }
    Map<String, String> keys = new TreeMap<>();
    List<String> remarks = new ArrayList<>();
    if (config.get("id2label") instanceof Map<?, ?> byIndex && !folder.has("synset.txt")) {
      JsonText.labels(byIndex)
          .ifPresent(labels -> keys.put("classLabels", ImpliedKeys.synset(labels)));
    }
    if (isClassifier(config)) {
      keys.put("applySoftmax", "true"); // Its output is logits.
    }
    if (folder.has(PREPROCESSOR)) {
      PreprocessorConfig preprocessor =
          new PreprocessorConfig(JsonText.object(folder, PREPROCESSOR));
      Optional<String> obstacle = preprocessor.obstacle();
      if (obstacle.isEmpty()) {
        keys.putAll(preprocessor.keys());
      } else if (!folder.has("serving.properties")) {
        remarks.add(
            "%s says %s, which has no equal here, so that none of it is used: put the nearest keys into serving.properties"
                .formatted(PREPROCESSOR, obstacle.get()));
      }
    }
    return Optional.of(new Place(place.get(), new ImpliedKeys(keys, remarks)));
  }

  private static boolean hasOnnx(ModelFolder folder, String subfolder) {
    return folder.namesIn(subfolder).stream().anyMatch(name -> name.endsWith(".onnx"));
  }

  private static boolean isClassifier(Map<?, ?> config) {
    Object kind = config.get("problem_type");
    return config.get("architectures") instanceof List<?> names
        && names.stream().anyMatch(name -> name.toString().endsWith("ForImageClassification"))
        && (kind == null || kind.equals("single_label_classification"));
  }
}
