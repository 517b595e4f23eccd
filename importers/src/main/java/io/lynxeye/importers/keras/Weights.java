package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The weights by name, little-endian float32 in the shards. Each is taken exactly once and with the
 * shape its layer expects; leftovers are an error, because they mean that the model was misread.
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

  /** Reads a weight, little-endian, into a buffer of the caller's own. */
  ByteBuffer take(String name, Integer... shape) throws IOException, InvalidModelException {
    Weight weight = left.remove(name);
    if (weight == null) {
      throw new InvalidModelException("The weight " + name + " is missing or used twice.");
    }
    if (!weight.shape().equals(Arrays.asList(shape))) {
      throw new InvalidModelException(
          "The weight %s has the shape %s, the layer needs %s."
              .formatted(name, weight.shape(), Arrays.toString(shape)));
    }
    onTaken.accept(weight.bytes());
    ByteBuffer bytes = weight.shards().read(weight.offset(), weight.bytes());
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  void requireAllTaken() throws InvalidModelException {
    if (!left.isEmpty()) {
      throw new InvalidModelException(
          "%s weights belong to no layer, the first is %s."
              .formatted(left.size(), left.keySet().iterator().next()));
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
          "The weights files hold %s bytes, the manifest describes %s."
              .formatted(shards.bytes(), offset));
    }
  }

  /** Files that are read as one, end to end, so that at most one weight is in memory at a time. */
  private record Shards(List<Path> files, long bytes) {

    static Shards of(Path folder, List<String> names) throws IOException, InvalidModelException {
      long bytes = 0;
      for (String name : names) {
        if (!Path.of(name).equals(Path.of(name).getFileName()) || name.equals("..")) {
          throw new InvalidModelException("The weights manifest names a file elsewhere: " + name);
        }
        if (!Files.isRegularFile(folder.resolve(name))) {
          throw new InvalidModelException("The weights file " + name + " is missing.");
        }
        bytes += Files.size(folder.resolve(name));
      }
      return new Shards(names.stream().map(folder::resolve).toList(), bytes);
    }

    ByteBuffer read(long offset, int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      long start = 0;
      for (Path file : files) {
        long size = Files.size(file);
        if (bytes.hasRemaining() && offset + bytes.position() < start + size) {
          fill(bytes, file, offset + bytes.position() - start);
        }
        start += size;
      }
      if (bytes.hasRemaining()) {
        throw new IOException("The weights ended " + bytes.remaining() + " bytes early.");
      }
      return bytes.flip();
    }

    private static void fill(ByteBuffer bytes, Path file, long position) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        long at = position;
        while (bytes.hasRemaining()) {
          int read = channel.read(bytes, at);
          if (read < 0) {
            return;
          }
          at += read;
        }
      }
    }
  }
}
