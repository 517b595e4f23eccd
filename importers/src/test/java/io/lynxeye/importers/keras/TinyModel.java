package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A classifier of 4x4 images into three classes with one layer of each kind and numbers that can be
 * computed by hand. Tests change it before they write it.
 */
public final class TinyModel {
  /** The number of floats in its weights. */
  public static final int PARAMETERS = 29;

  private static final int FIRST_SHARD_BYTES = 50; // Not on the border of a weight, nor of a float.

  private final Map<String, JsonObject> layers = new LinkedHashMap<>();
  private final Map<String, JsonObject> weights = new LinkedHashMap<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private String output = "dense";

  public TinyModel() {
    layer("input", "InputLayer", "'batch_input_shape': [null, 4, 4, 3]");
    layer("pad", "ZeroPadding2D", "'padding': [[1, 2], [3, 4]]", "input");
    layer("conv", "Conv2D", CONVOLUTION + "'padding': 'valid', 'use_bias': true", "pad");
    layer("bn", "BatchNormalization", "'axis': [3], 'epsilon': 0.25", "conv");
    layer("relu", "Activation", "'activation': 'relu'", "bn");
    layer("pool", "MaxPooling2D", "'pool_size': [3, 2], 'strides': [2, 1]", "relu");
    layer(
        "side",
        "Conv2D",
        CONVOLUTION + "'use_bias': false, 'padding': 'same', 'activation': 'relu'",
        "pool");
    layer("add", "Add", "", "pool", "side");
    layer("average", "AveragePooling2D", "'pool_size': [2, 2], 'padding': 'same'", "add");
    layer("mean", "GlobalAveragePooling2D", "'data_format': 'channels_last'", "average");
    layer("dropout", "Dropout", "", "mean");
    layer("dense", "Dense", "'units': 3, 'activation': 'softmax'", "dropout");
    weight("conv/kernel", "[1, 1, 3, 2]", 1, 2, 3, 4, 5, 6);
    weight("conv/bias", "[2]", 0.5f, 4);
    weight("bn/gamma", "[2]", 2, 1);
    weight("bn/beta", "[2]", 1, -1);
    weight("bn/moving_mean", "[2]", 0.5f, 0);
    weight("bn/moving_variance", "[2]", 0.75f, 3.75f);
    weight("side/kernel", "[1, 1, 2, 2]", 1, 0, 0, 1);
    weight("dense/kernel", "[2, 3]", 1, 2, 3, 4, 5, 6);
    weight("dense/bias", "[3]", 0, 1, 2);
  }

  private static final String CONVOLUTION =
      "'filters': 2, 'kernel_size': [1, 1], 'strides': [1, 1], ";

  /** Adds or replaces a layer; the configuration is the inside of a JSON object. */
  public TinyModel layer(String name, String type, String config, String... inputs) {
    JsonArray references = new JsonArray();
    Arrays.stream(inputs)
        .forEach(input -> references.add(json("[['" + input + "', 0, 0, {}]]").get(0)));
    JsonArray calls = new JsonArray();
    if (inputs.length > 0) {
      calls.add(references);
    }
    JsonObject layer = JsonParser.parseString("{'config': {" + config + "}}").getAsJsonObject();
    layer.addProperty("name", name);
    layer.addProperty("class_name", type);
    layer.add("inbound_nodes", calls);
    layers.put(name, layer);
    return this;
  }

  /** The JSON of a layer, to be changed. */
  public JsonObject layer(String name) {
    return layers.get(name);
  }

  /** Sets one key of a layer's configuration. */
  public TinyModel config(String name, String key, String value) {
    layers.get(name).getAsJsonObject("config").add(key, JsonParser.parseString(value));
    return this;
  }

  /** Adds or replaces a weight. */
  public TinyModel weight(String name, String shape, float... numbers) {
    JsonObject entry = new JsonObject();
    entry.addProperty("name", name);
    entry.addProperty("dtype", "float32");
    entry.add("shape", json(shape));
    weights.put(name, entry);
    values.put(name, numbers);
    return this;
  }

  /** The manifest entry of a weight, to be changed. */
  public JsonObject weight(String name) {
    return weights.get(name);
  }

  public TinyModel without(String weight) {
    weights.remove(weight);
    values.remove(weight);
    return this;
  }

  public TinyModel output(String layer) {
    output = layer;
    return this;
  }

  /** The whole {@code model.json}. */
  public JsonObject json() {
    JsonObject config = new JsonObject();
    config.add("input_layers", json("[['input', 0, 0]]"));
    config.add("output_layers", json("[['" + output + "', 0, 0]]"));
    config.add("layers", array(layers));
    JsonObject modelConfig = new JsonObject();
    modelConfig.addProperty("class_name", "Model");
    modelConfig.add("config", config);
    JsonObject topology = new JsonObject();
    topology.add("model_config", modelConfig);
    JsonObject group = new JsonObject();
    group.add("paths", json("['shard1.bin', 'shard2.bin']"));
    group.add("weights", array(weights));
    JsonArray manifest = new JsonArray();
    manifest.add(group);
    JsonObject root = new JsonObject();
    root.add("modelTopology", topology);
    root.add("weightsManifest", manifest);
    return root;
  }

  /** Writes model.json and the shards and returns the former. */
  public Path write(Path folder) throws IOException {
    return write(folder, json());
  }

  /** Writes the shards and this JSON. */
  public Path write(Path folder, JsonObject json) throws IOException {
    Files.createDirectories(folder);
    byte[] bytes = shards();
    Files.write(folder.resolve("shard1.bin"), Arrays.copyOf(bytes, FIRST_SHARD_BYTES));
    Files.write(
        folder.resolve("shard2.bin"), Arrays.copyOfRange(bytes, FIRST_SHARD_BYTES, bytes.length));
    return Files.writeString(folder.resolve("model.json"), json.toString());
  }

  private byte[] shards() {
    int floats = values.values().stream().mapToInt(numbers -> numbers.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] numbers : values.values()) {
      for (float number : numbers) {
        bytes.putFloat(number);
      }
    }
    return bytes.array();
  }

  private static JsonArray array(Map<String, JsonObject> objects) {
    JsonArray array = new JsonArray();
    objects.values().forEach(array::add);
    return array;
  }

  private static JsonArray json(String array) {
    return JsonParser.parseString(array).getAsJsonArray();
  }
}
