package io.lynxeye.importers.keras;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** A converted model, for assertions. */
record Converted(MetaGraphDef meta, KerasConversion.Result result, long bytesReported) {

  static Converted of(TinyModel model, Path folder) throws IOException, InvalidModelException {
    return of(model, folder, new KerasConversion(true, Optional.empty()));
  }

  static Converted of(TinyModel model, Path folder, KerasConversion conversion)
      throws IOException, InvalidModelException {
    return of(model.write(folder), conversion);
  }

  static Converted of(Path modelJson, KerasConversion conversion)
      throws IOException, InvalidModelException {
    Path file = modelJson.resolveSibling("saved_model.pb");
    List<Long> lengths = new ArrayList<>();
    KerasConversion.Result result = conversion.convert(modelJson, file, lengths::add);
    SavedModel saved = SavedModel.parseFrom(Files.readAllBytes(file));
    return new Converted(
        saved.getMetaGraphs(0), result, lengths.stream().mapToLong(Long::longValue).sum());
  }

  List<String> nodes() {
    return meta.getGraphDef().getNodeList().stream().map(NodeDef::getName).toList();
  }

  NodeDef node(String name) {
    return meta.getGraphDef().getNodeList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + nodes()));
  }

  float[] floats(String name) {
    FloatBuffer buffer = content(name).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] floats = new float[buffer.remaining()];
    buffer.get(floats);
    return floats;
  }

  int[] ints(String name) {
    IntBuffer buffer = content(name).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    int[] ints = new int[buffer.remaining()];
    buffer.get(ints);
    return ints;
  }

  private java.nio.ByteBuffer content(String name) {
    return node(name).getAttrOrThrow("value").getTensor().getTensorContent().asReadOnlyByteBuffer();
  }
}
