package io.lynxeye.engine;

import com.google.protobuf.ByteString;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
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

/**
 * Writes SavedModels of a few nodes: float pixels of 2 x 2 in, the mean of each colour out as
 * {@code means}, float [-1, 3].
 */
public final class TinySavedModel {

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final SignatureDef.Builder signature =
      SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
  private final TreeMap<String, String> manifest = new TreeMap<>();
  private String labels = "red\ngreen\nblue\n";

  private TinySavedModel() {
    // What fits the signature; a test changes what it is about.
    manifest.put("width", "2");
    manifest.put("height", "2");
    manifest.put("toTensor", "false");
  }

  /** The whole model. */
  public static TinySavedModel means() {
    TinySavedModel model = new TinySavedModel().input("pixels", DataType.DT_FLOAT, -1, 2, 2, 3);
    model.graph.addNode(axes());
    model.graph.addNode(
        NodeDef.newBuilder()
            .setName("mean")
            .setOp("Mean")
            .addInput("pixels")
            .addInput("axes")
            .putAttr("T", type(DataType.DT_FLOAT))
            .putAttr("Tidx", type(DataType.DT_INT32)));
    return model.output("means", "mean:0", DataType.DT_FLOAT, -1, 3);
  }

  /** Adds an input; nothing need use it. */
  TinySavedModel input(String key, DataType type, long... shape) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(key)
            .setOp("Placeholder")
            .putAttr("dtype", type(type))
            .putAttr("shape", AttrValue.newBuilder().setShape(shape(shape)).build()));
    signature.putInputs(key, tensor(key + ":0", type, shape));
    return this;
  }

  TinySavedModel output(String key, String tensor, DataType type, long... shape) {
    signature.putOutputs(key, tensor(tensor, type, shape));
    return this;
  }

  /** An output whose shape the signature does not tell: the pixels as they came in. */
  TinySavedModel outputOfUnknownRank() {
    graph.addNode(
        NodeDef.newBuilder()
            .setName("same")
            .setOp("Identity")
            .addInput("pixels")
            .putAttr("T", type(DataType.DT_FLOAT)));
    TensorShapeProto unknown = TensorShapeProto.newBuilder().setUnknownRank(true).build();
    signature.putOutputs(
        "anything",
        tensor("same:0", DataType.DT_FLOAT).toBuilder().setTensorShape(unknown).build());
    return this;
  }

  /** An output with the means in another type. */
  TinySavedModel cast(String key, DataType type) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(key)
            .setOp("Cast")
            .addInput("mean")
            .putAttr("SrcT", type(DataType.DT_FLOAT))
            .putAttr("DstT", type(type)));
    return output(key, key + ":0", type, -1, 3);
  }

  TinySavedModel withoutOutputs() {
    signature.clearOutputs();
    return this;
  }

  TinySavedModel withoutInputs() {
    signature.clearInputs();
    return this;
  }

  TinySavedModel manifest(String key, String value) {
    manifest.put(key, value);
    return this;
  }

  TinySavedModel withoutManifest() {
    manifest.clear();
    return this;
  }

  /** None when the text is empty. */
  TinySavedModel labels(String text) {
    labels = text;
    return this;
  }

  /** Writes it as version 1 of model tiny. */
  public ModelSource write(Path folder) throws IOException {
    MetaGraphDef meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
            .setGraphDef(graph)
            .putSignatureDef("serving_default", signature.build())
            .build();
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
    if (!labels.isEmpty()) {
      Files.writeString(folder.resolve("synset.txt"), labels);
    }
    return new ModelSource(
        new ModelId("tiny", 1),
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
        ModelManifest.of(manifest));
  }

  private static NodeDef axes() {
    ByteBuffer values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(1).putInt(2);
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(shape(2))
            .setTensorContent(ByteString.copyFrom(values.array()))
            .build();
    return NodeDef.newBuilder()
        .setName("axes")
        .setOp("Const")
        .putAttr("dtype", type(DataType.DT_INT32))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  private static TensorInfo tensor(String name, DataType type, long... shape) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(type)
        .setTensorShape(shape(shape))
        .build();
  }

  private static TensorShapeProto shape(long... sizes) {
    List<TensorShapeProto.Dim> dims =
        java.util.Arrays.stream(sizes)
            .mapToObj(size -> TensorShapeProto.Dim.newBuilder().setSize(size).build())
            .toList();
    return TensorShapeProto.newBuilder().addAllDim(dims).build();
  }
}
