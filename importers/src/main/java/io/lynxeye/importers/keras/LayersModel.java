package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The content of a {@code model.json}: a functional Keras model with one input and one output, its
 * layers in the order in which they can be computed, and the weights manifest.
 */
record LayersModel(String input, String output, List<Layer> layers, JsonArray weightsManifest) {

  static LayersModel read(Path file) throws IOException, InvalidModelException {
    try (Reader reader = Files.newBufferedReader(file)) {
      JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
      JsonObject model = root.getAsJsonObject("modelTopology").getAsJsonObject("model_config");
      String kind = model.get("class_name").getAsString();
      if (!kind.equals("Model") && !kind.equals("Functional")) {
        throw new InvalidModelException(
            "The model is of the Keras class " + kind + ", only functional models are supported.");
      }
      JsonObject config = model.getAsJsonObject("config");
      return new LayersModel(
          only(config, "input_layers"),
          only(config, "output_layers"),
          layers(config.getAsJsonArray("layers")),
          root.getAsJsonArray("weightsManifest"));
    } catch (JsonParseException
        | NullPointerException
        | IllegalStateException
        | ClassCastException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      // Gson reports a missing or differently shaped member by these.
      throw new InvalidModelException(
          file.getFileName() + " is not the JSON of a layers model: " + e.getMessage(), e);
    }
  }

  /**
   * The batch normalisations that can become part of a convolution, by the name of that
   * convolution: it has no activation and the normalisation is the only layer that reads it.
   */
  Map<String, Layer> foldableNorms() throws InvalidModelException {
    Map<String, Integer> readers = new HashMap<>();
    Map<String, Layer> byName = new HashMap<>();
    for (Layer layer : layers) {
      byName.put(layer.name(), layer);
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    readers.merge(output, 1, Integer::sum);
    Map<String, Layer> foldable = new HashMap<>();
    for (Layer layer : layers) {
      if (layer.type().equals("BatchNormalization") && layer.inputs().size() == 1) {
        Layer before = byName.get(layer.inputs().get(0));
        if (before != null
            && before.type().equals("Conv2D")
            && before.text("activation", "linear").equals("linear")
            && readers.get(before.name()) == 1) {
          foldable.put(before.name(), layer);
        }
      }
    }
    return foldable;
  }

  private static String only(JsonObject config, String key) throws InvalidModelException {
    JsonArray references = config.getAsJsonArray(key);
    if (references.size() != 1) {
      throw new InvalidModelException(
          "The model has " + references.size() + " " + key + ", only one is supported.");
    }
    return references.get(0).getAsJsonArray().get(0).getAsString();
  }

  private static List<Layer> layers(JsonArray entries) throws InvalidModelException {
    List<Layer> layers = new ArrayList<>();
    for (JsonElement entry : entries) {
      JsonObject layer = entry.getAsJsonObject();
      layers.add(
          new Layer(
              layer.get("name").getAsString(),
              layer.get("class_name").getAsString(),
              Objects.requireNonNull(layer.getAsJsonObject("config"), "config"),
              inputs(layer)));
    }
    return List.copyOf(layers);
  }

  private static List<String> inputs(JsonObject layer) throws InvalidModelException {
    JsonArray calls = layer.getAsJsonArray("inbound_nodes");
    if (calls.isEmpty()) {
      return List.of();
    }
    if (calls.size() > 1) {
      throw new InvalidModelException(
          "Layer " + layer.get("name") + " is used more than once, which is not supported.");
    }
    List<String> inputs = new ArrayList<>();
    for (JsonElement element : calls.get(0).getAsJsonArray()) {
      JsonArray reference = element.getAsJsonArray();
      if (reference.get(1).getAsInt() != 0 || reference.get(2).getAsInt() != 0) {
        throw new InvalidModelException(
            "Layer " + layer.get("name") + " has an unsupported input: " + reference + ".");
      }
      inputs.add(reference.get(0).getAsString());
    }
    return List.copyOf(inputs);
  }
}
