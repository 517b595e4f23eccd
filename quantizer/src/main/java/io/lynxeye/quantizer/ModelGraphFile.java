package io.lynxeye.quantizer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** A SavedModel without variables: read, and written with another graph. */
final class ModelGraphFile {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final Set<String> VARIABLES =
      Set.of("VarHandleOp", "VariableV2", "Variable", "ReadVariableOp", "HashTableV2");
  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "While", "StatelessWhile", "If");

  private final SavedModel model;
  private final MetaGraphDef meta;
  private final FrozenGraph graph;

  private ModelGraphFile(SavedModel model, MetaGraphDef meta, FrozenGraph graph) {
    this.model = model;
    this.meta = meta;
    this.graph = graph;
  }

  /**
   * Reads a model file.
   *
   * @throws QuantizeException when it is no SavedModel, or not frozen
   */
  static ModelGraphFile read(ModelSource source) throws IOException, QuantizeException {
    SavedModel model;
    try (InputStream stream = Files.newInputStream(source.modelFile())) {
      CodedInputStream in = CodedInputStream.newInstance(stream);
      in.setSizeLimit(Integer.MAX_VALUE);
      model = SavedModel.parseFrom(in);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new QuantizeException(
          "%s is not a SavedModel (%s): import the model again"
              .formatted(source.modelFile(), e.getMessage()),
          e);
    }
    MetaGraphDef meta = chosen(model, source.manifest());
    Set<String> outputs = new TreeSet<>();
    signatures(meta)
        .forEach(
            signature ->
                signature.getOutputsMap().values().stream()
                    .map(TensorInfo::getName)
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> outputs.add(FrozenGraph.nodeOf(name))));
    FrozenGraph graph = new FrozenGraph(meta.getGraphDef().getNodeList(), outputs);
    requireFrozen(graph, source);
    return new ModelGraphFile(model, meta, graph);
  }

  private static MetaGraphDef chosen(SavedModel model, ModelManifest manifest)
      throws QuantizeException {
    Set<String> tags = Set.copyOf(Arrays.asList(manifest.tags().split("\\s*,\\s*")));
    if (model.getMetaGraphsCount() == 1) {
      return model.getMetaGraphs(0);
    }
    return model.getMetaGraphsList().stream()
        .filter(meta -> Set.copyOf(meta.getMetaInfoDef().getTagsList()).equals(tags))
        .findFirst()
        .orElseThrow(
            () -> new QuantizeException("it has no graph with the tags %s".formatted(tags)));
  }

  private static List<SignatureDef> signatures(MetaGraphDef meta) {
    return meta.getSignatureDefMap().entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith("__saved_model"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static void requireFrozen(FrozenGraph graph, ModelSource source)
      throws QuantizeException {
    Set<String> needed =
        io.lynxeye.quantizer.graph.Order.of(graph).stream()
            .map(NodeDef::getOp)
            .collect(Collectors.toSet());
    String cure =
        "; export a frozen graph (convert_variables_to_constants_v2) and put it into the store as a"
            + " new version";
    if (needed.stream().anyMatch(VARIABLES::contains)
        || Files.exists(source.modelFolder().resolve("variables/variables.index"))) {
      throw new QuantizeException(source.id() + " is not frozen: it has variables" + cure);
    }
    if (needed.stream().anyMatch(CALLS::contains)) {
      throw new QuantizeException(
          source.id() + " is not frozen: its layers are inside functions" + cure);
    }
    if (needed.stream().anyMatch(op -> op.startsWith("_FusedQuantized"))) {
      throw new QuantizeException(source.id() + " is int8 already: quantise its float32 version");
    }
  }

  FrozenGraph graph() {
    return graph;
  }

  /** Writes the model with other nodes and some more outputs: key to node, float [-1, n]. */
  void write(Collection<NodeDef> nodes, Map<String, String> more, Path file) throws IOException {
    GraphDef other =
        GraphDef.newBuilder()
            .addAllNode(nodes)
            .setVersions(meta.getGraphDef().getVersions())
            .setLibrary(meta.getGraphDef().getLibrary())
            .build();
    MetaGraphDef.Builder copy =
        meta.toBuilder()
            .setGraphDef(other)
            .clearCollectionDef()
            .clearSaverDef()
            .clearObjectGraphDef()
            .clearSignatureDef();
    meta.getSignatureDefMap()
        .forEach(
            (name, signature) -> {
              if (!name.startsWith("__saved_model")) {
                copy.putSignatureDef(name, with(signature, more));
              }
            });
    SavedModel whole = model.toBuilder().clearMetaGraphs().addMetaGraphs(copy).build();
    try (OutputStream stream = Files.newOutputStream(file)) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, BUFFER_BYTES);
      whole.writeTo(out);
      out.flush();
    }
  }

  private static SignatureDef with(SignatureDef signature, Map<String, String> more) {
    SignatureDef.Builder builder = signature.toBuilder();
    TensorShapeProto rows =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(-1))
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(-1))
            .build();
    more.forEach(
        (key, node) ->
            builder.putOutputs(
                key,
                TensorInfo.newBuilder()
                    .setName(node + ":0")
                    .setDtype(DataType.DT_FLOAT)
                    .setTensorShape(rows)
                    .build()));
    return builder.build();
  }
}
