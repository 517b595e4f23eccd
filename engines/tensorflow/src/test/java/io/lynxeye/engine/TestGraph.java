package io.lynxeye.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Writes a SavedModel node by node, as version 1 of {@code graph}. */
final class TestGraph {

  static final String DEFAULT = "serving_default";

  private static final String INIT_OP = "__saved_model_init_op";

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final Map<String, SignatureDef.Builder> signatures = new TreeMap<>();
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
  private String tags = "serve";

  /** A node. An attribute is a type, or an attribute value. */
  TestGraph node(String operation, String name, Map<String, ?> attributes, String... inputs) {
    NodeDef.Builder node =
        NodeDef.newBuilder().setName(name).setOp(operation).addAllInput(List.of(inputs));
    attributes.forEach(
        (key, value) ->
            node.putAttr(
                key,
                value instanceof DataType type
                    ? AttrValue.newBuilder().setType(type).build()
                    : (AttrValue) value));
    graph.addNode(node);
    return this;
  }

  /** A node whose only attribute is {@code T}. */
  TestGraph node(String operation, String name, DataType type, String... inputs) {
    return node(operation, name, Map.of("T", type), inputs);
  }

  static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  /** An input of the default signature, with a placeholder of its name. */
  TestGraph input(String key, DataType type, long... shape) {
    return placeholder(key, type, shape).input(DEFAULT, key, key, type, shape);
  }

  TestGraph placeholder(String name, DataType type, long... shape) {
    return node(
        "Placeholder",
        name,
        Map.of("dtype", type, "shape", AttrValue.newBuilder().setShape(shape(shape)).build()));
  }

  /** An input of any signature. A shape of null is an unknown rank. */
  TestGraph input(String signature, String key, String node, DataType type, long... shape) {
    signature(signature).putInputs(key, tensor(node, type, shape));
    return this;
  }

  /** An output of the default signature, made by the node of its name. */
  TestGraph output(String key, DataType type, long... shape) {
    return output(DEFAULT, key, key, type, shape);
  }

  TestGraph output(String signature, String key, String node, DataType type, long... shape) {
    signature(signature).putOutputs(key, tensor(node, type, shape));
    return this;
  }

  private SignatureDef.Builder signature(String name) {
    return signatures.computeIfAbsent(
        name, n -> SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict"));
  }

  private static TensorInfo tensor(String node, DataType type, long... shape) {
    return TensorInfo.newBuilder()
        .setName(node + ":0")
        .setDtype(type)
        .setTensorShape(shape(shape))
        .build();
  }

  private static TensorShapeProto shape(long... sizes) {
    if (sizes == null) {
      return TensorShapeProto.newBuilder().setUnknownRank(true).build();
    }
    return TensorShapeProto.newBuilder()
        .addAllDim(
            Arrays.stream(sizes)
                .mapToObj(size -> TensorShapeProto.Dim.newBuilder().setSize(size).build())
                .toList())
        .build();
  }

  private TestGraph constant(String name, TensorProto.Builder value) {
    return node(
        "Const",
        name,
        Map.of(
            "dtype", value.getDtype(), "value", AttrValue.newBuilder().setTensor(value).build()));
  }

  /** A constant scalar. */
  TestGraph constant(String name, float value) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(shape())
            .addFloatVal(value));
  }

  /** A constant scalar. */
  TestGraph constant(String name, long value) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT64)
            .setTensorShape(shape())
            .addInt64Val(value));
  }

  /** A constant vector. */
  TestGraph constants(String name, int... values) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(shape(values.length))
            .addAllIntVal(Arrays.stream(values).boxed().toList()));
  }

  /** A constant string, the path of an asset once the model is loaded. */
  TestGraph asset(String name, String file) {
    meta.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename(file)
            .setTensorInfo(TensorInfo.newBuilder().setName(name + ":0")));
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(shape())
            .addStringVal(ByteString.copyFromUtf8("/as/exported/" + file)));
  }

  /** The operation that the load runs; TensorFlow 2 names it in a signature. */
  TestGraph initOp(String node) {
    signature(INIT_OP).putOutputs(INIT_OP, TensorInfo.newBuilder().setName(node).build());
    return this;
  }

  TestGraph tags(String commaSeparated) {
    tags = commaSeparated;
    return this;
  }

  ModelSource write(Path folder, Map<String, String> manifest) throws IOException {
    return write(folder, "saved_model.pb", manifest);
  }

  /** Writes the model in the format of the file's name. */
  ModelSource write(Path folder, String file, Map<String, String> manifest) throws IOException {
    meta.setGraphDef(graph)
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addAllTags(List.of(tags.split(","))));
    signatures.forEach((name, signature) -> meta.putSignatureDef(name, signature.build()));
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    if (file.endsWith(".pbtxt")) {
      Files.writeString(folder.resolve(file), TextFormat.printer().printToString(model));
    } else {
      Files.write(folder.resolve(file), model.toByteArray());
    }
    return new ModelSource(
        new ModelId("graph", 1),
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, file, ""),
        ModelManifest.of(manifest));
  }
}
