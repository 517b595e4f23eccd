package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model that MLflow has saved: {@code MLmodel} beside the files. */
final class MlflowLayout implements Layout {

  private static final String FILE = "MLmodel";

  /**
   * MLmodel is YAML, but MLflow writes it with a mapping or a scalar on each line, so that the
   * lines with a key are enough; others are not looked at.
   */
  private static final Pattern LINE = Pattern.compile("( *)([\\w.-]+):(?: +(.*?))? *");

  private record Level(int indent, String path) {}

  @Override
  public Optional<Place> recognise(ModelFolder folder, Map<String, String> manifest)
      throws IOException, UnusableException {
    if (!folder.has(FILE)) {
      return Optional.empty();
    }
    Map<String, String> values = values(folder.text(FILE));
    Map<String, String> keys = new TreeMap<>();
    if (values.containsKey("flavors.onnx")) {
      keys.put(ModelFile.NAME_KEY, values.getOrDefault("flavors.onnx.data", "model.onnx"));
      return Optional.of(new Place("", new ImpliedKeys(keys, List.of())));
    }
    if (!values.containsKey("flavors.tensorflow")) {
      throw refusal(values);
    }
    String place =
        values.containsKey("flavors.tensorflow.saved_model_dir")
            ? values.get("flavors.tensorflow.saved_model_dir")
            : values.getOrDefault("flavors.tensorflow.data", "data") + "/model";
    String signature = values.get("flavors.tensorflow.signature_def_key");
    if (signature != null && !signature.equals("null")) {
      keys.put("option.SignatureDefKey", signature);
    }
    if (!folder.has(place + "/saved_model.pb")) {
      throw new UnusableException(
          "%s says that the model is TensorFlow's, but there is no SavedModel in %s: export it with mlflow.tensorflow.load_model(\".\").export(\"1\")"
              .formatted(FILE, place));
    }
    return Optional.of(new Place(place + "/", new ImpliedKeys(keys, List.of())));
  }

  private static UnusableException refusal(Map<String, String> values) {
    if (values.containsKey("flavors.pytorch")) {
      return new UnusableException(
          FILE
              + " says that the model is pickled Python code of PyTorch, which no engine here runs:"
              + " export it with torch.jit.script(mlflow.pytorch.load_model(\".\")).save(\"model.pt\")");
    }
    TreeSet<String> flavors = new TreeSet<>();
    for (String path : values.keySet()) {
      if (path.startsWith("flavors.")) {
        flavors.add(path.split("\\.", -1)[1]);
      }
    }
    return new UnusableException(
        "%s names the flavors %s, which no engine here runs: save the model with mlflow.onnx.save_model(onnx_model, \"1\")"
            .formatted(FILE, String.join(", ", flavors)));
  }

  /** Every key with its value; the keys of nested mappings are joined by dots. */
  private static Map<String, String> values(String yaml) {
    Map<String, String> values = new TreeMap<>();
    Deque<Level> levels = new ArrayDeque<>();
    for (String line : yaml.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      int indent = matcher.group(1).length();
      while (!levels.isEmpty() && levels.peek().indent() >= indent) {
        levels.pop();
      }
      String path = (levels.isEmpty() ? "" : levels.peek().path() + ".") + matcher.group(2);
      String value = matcher.group(3) == null ? "" : matcher.group(3);
      values.put(path, value.replaceAll("^(['\"])(.*)\\1$", "$2"));
      levels.push(new Level(indent, path));
    }
    return values;
  }
}
