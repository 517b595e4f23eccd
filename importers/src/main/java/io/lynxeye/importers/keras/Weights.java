package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The weights by name, little-endian float32 in the shards. Each is taken exactly once and with the
 * shape its layer expects; what is left over at the end is an error, for it means a wrong reading.
 */
final class Weights {
  private record Weight(List<Integer> shape, Shards shards, long offset, int bytes) {}

  private final Map<String, Weight> left = new LinkedHashMap<>();
  private final LongConsumer onTaken;
  private long parameters;

  private Weights(LongConsumer onTaken) {
    this.onTaken = onTaken;
  }

  static Weights open(JsonArray manifest, Path folder, LongConsumer onTaken)
      throws IOException, InvalidModelException {
    Weights weights = new Weights(onTaken);
    try {
      for (JsonElement group : manifest) {
        weights.add(group.getAsJsonObject(), folder);
      }
      return weights;
    } catch (RuntimeException e) {
      // Gson and the arithmetic report a missing, differently shaped or senseless member by these.
      throw new InvalidModelException("The weights manifest cannot be read: " + e.getMessage(), e);
    }
  }

  /** The number of single floats in the manifest. */
  long parameters() {
    return parameters;
  }

  /** Hands out a weight, little-endian; nobody else holds the returned buffer. */
  ByteBuffer take(String name, Integer... shape) throws IOException, InvalidModelException {
    Weight weight = left.remove(name);
    if (weight == null) {
      throw new InvalidModelException("The weight " + name + " is missing or used twice.");
    }
    if (!weight.shape().equals(Arrays.asList(shape))) {
      throw new InvalidModelException(
          "The weight "
              + name
              + " has the shape "
              + weight.shape()
              + ", the layer needs "
              + Arrays.toString(shape)
              + ".");
    }
    onTaken.accept(weight.bytes());
    ByteBuffer bytes = weight.shards().read(weight.offset(), weight.bytes());
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  void requireAllTaken() throws InvalidModelException {
    if (!left.isEmpty()) {
      throw new InvalidModelException(
          left.size()
              + " weights belong to no layer, the first is "
              + left.keySet().iterator().next()
              + ".");
    }
  }

  private void add(JsonObject group, Path folder) throws IOException, InvalidModelException {
    List<String> files = new ArrayList<>();
    group.getAsJsonArray("paths").forEach(file -> files.add(file.getAsString()));
    Shards shards = Shards.of(folder, files);
    long offset = 0;
    for (JsonElement element : group.getAsJsonArray("weights")) {
      JsonObject entry = element.getAsJsonObject();
      String name = entry.get("name").getAsString();
      if (!entry.get("dtype").getAsString().equals("float32") || entry.has("quantization")) {
        throw new InvalidModelException("The weight " + name + " is not plain float32.");
      }
      List<Integer> shape = new ArrayList<>();
      entry.getAsJsonArray("shape").forEach(length -> shape.add(length.getAsInt()));
      if (shape.stream().anyMatch(length -> length < 1)) {
        throw new InvalidModelException("The weight " + name + " has the shape " + shape + ".");
      }
      long floats = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
      Weight weight = new Weight(shape, shards, offset, Math.toIntExact(floats * Float.BYTES));
      if (left.put(name, weight) != null) {
        throw new InvalidModelException("The weight " + name + " is in the manifest twice.");
      }
      parameters += floats;
      offset += weight.bytes();
    }
    if (offset != shards.bytes()) {
      throw new InvalidModelException(
          "The weights files hold "
              + shards.bytes()
              + " bytes, the manifest describes "
              + offset
              + ".");
    }
  }
}
