package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An unpacked {@code .mar} of TorchServe. */
final class TorchServeLayout implements Layout {

  private static final String MANIFEST = "MAR-INF/MANIFEST.json";
  private static final String LABELS = "index_to_name.json";
  private static final String CLASSIFIER = "image_classifier";

  /** Handlers that come with TorchServe. */
  private static final Set<String> HANDLERS =
      Set.of(
          CLASSIFIER, "image_segmenter", "object_detector", "text_classifier", "base_handler", "");

  /** What TorchServe's image_classifier does. */
  private static final Map<String, String> CLASSIFIER_KEYS =
      Map.of(
          "resizeShort", "256",
          "centerCrop", "true",
          "width", "224",
          "height", "224",
          "normalize", "0.485,0.456,0.406,0.229,0.224,0.225",
          "applySoftmax", "true",
          "topK", "5");

  /** Lines at the top level of model-config.yaml, which is all that is read of it. */
  private static final Pattern SETTING = Pattern.compile("(\\w+)\\s*:\\s*(\\d+)\\s*(#.*)?");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "batchSize", "batch_size",
          "maxBatchDelay", "max_batch_delay",
          "minWorkers", "minWorkers",
          "maxWorkers", "maxWorkers");

  @Override
  public Optional<Place> recognise(ModelFolder folder, Map<String, String> manifest)
      throws IOException, UnusableException {
    if (!folder.has(MANIFEST)) {
      return Optional.empty();
    }
    Object described = JsonText.object(folder, MANIFEST).get("model");
    Map<?, ?> model = described instanceof Map<?, ?> map ? map : Map.of();
    String handler = text(model, "handler");
    requireNoCode(handler, text(model, "modelFile"));
    Map<String, String> keys = new TreeMap<>();
    List<String> remarks = new ArrayList<>();
    String file = text(model, "serializedFile");
    if (!file.isEmpty()) {
      keys.put(ModelFile.NAME_KEY, file);
    }
    if (handler.equals(CLASSIFIER)) {
      keys.putAll(CLASSIFIER_KEYS);
    } else {
      remarks.add(
          MANIFEST + ": what the handler " + handler + " does to inputs and outputs is not done");
    }
    if (folder.has(LABELS)) {
      JsonText.labels(JsonText.object(folder, LABELS))
          .ifPresentOrElse(
              labels -> keys.put("classLabels", ImpliedKeys.synset(labels)),
              () -> remarks.add(LABELS + " does not name the classes 0, 1, 2, ...: no labels"));
    }
    addSettings(folder, text(model, "configFile"), keys);
    return Optional.of(new Place("", new ImpliedKeys(keys, remarks)));
  }

  private static String text(Map<?, ?> model, String field) {
    return model.get(field) instanceof String text ? text.trim() : "";
  }

  private static void requireNoCode(String handler, String modelFile) throws UnusableException {
    if (!HANDLERS.contains(handler)) {
      throw new UnusableException(
          "its handler is %s, and Python code is not run here: make the archive with --handler %s, or export the model with its pre- and postprocessing: torch.jit.script(model.eval()).save(\"model.pt\")"
              .formatted(handler, CLASSIFIER));
    }
    if (!modelFile.isEmpty()) {
      throw new UnusableException(
          "its model is built by %s, and Python code is not run here: export it with torch.jit.trace(model.eval(), x).save(\"model.pt\"), and make the archive without --model-file"
              .formatted(modelFile));
    }
  }

  private static void addSettings(ModelFolder folder, String file, Map<String, String> keys)
      throws IOException, UnusableException {
    if (!folder.has(file)) {
      return;
    }
    for (String line : folder.text(file).lines().toList()) {
      Matcher setting = SETTING.matcher(line);
      if (setting.matches() && SETTINGS.containsKey(setting.group(1))) {
        keys.put(SETTINGS.get(setting.group(1)), setting.group(2));
      }
    }
  }
}
