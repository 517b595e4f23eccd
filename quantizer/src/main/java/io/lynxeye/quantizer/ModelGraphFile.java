package io.lynxeye.quantizer;

import com.google.protobuf.Any;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Order;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A SavedModel without variables: read, and written with another graph. What TensorFlow needs to
 * serve it is kept: all signatures with their inputs, the operation that initialises it, and its
 * assets. What serves training is not.
 */
final class ModelGraphFile {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final Set<String> VARIABLES =
      Set.of("VarHandleOp", "VariableV2", "Variable", "ReadVariableOp", "HashTableV2");
  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "While", "StatelessWhile", "If");

  /** A signature whose output is the operation that initialises the model. */
  private static final String INIT_OP = "__saved_model_init_op";

  /** The start of the names of all signatures that cannot be called. */
  private static final String INTERNAL = "__saved_model";

  /** Where older exporters list the operation that initialises the model. */
  private static final Set<String> INIT_COLLECTIONS =
      Set.of("saved_model_main_op", "legacy_init_op");

  /** Where older exporters list the assets. */
  private static final String ASSETS = "saved_model_assets";

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
    try {
      SavedModel model = parse(source.modelFile());
      MetaGraphDef meta = chosen(model, source.manifest());
      FrozenGraph graph =
          new FrozenGraph(meta.getGraphDef().getNodeList(), outputs(meta), kept(meta));
      requireFrozen(graph, source);
      return new ModelGraphFile(model, meta, graph);
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw new QuantizeException(
          "%s is not a SavedModel (%s): import the model again"
              .formatted(source.modelFile(), e.getMessage()),
          e);
    }
  }

  private static SavedModel parse(Path file) throws IOException {
    if (file.toString().endsWith(".pbtxt")) {
      SavedModel.Builder text = SavedModel.newBuilder();
      try (Reader reader = Files.newBufferedReader(file)) {
        TextFormat.merge(reader, text);
      }
      return text.build();
    }
    try (InputStream stream = Files.newInputStream(file)) {
      CodedInputStream in = CodedInputStream.newInstance(stream);
      in.setSizeLimit(Integer.MAX_VALUE);
      return SavedModel.parseFrom(in);
    }
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

  private static Stream<SignatureDef> signatures(MetaGraphDef meta) {
    return meta.getSignatureDefMap().entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith(INTERNAL))
        .map(Map.Entry::getValue);
  }

  private static Set<String> outputs(MetaGraphDef meta) {
    return signatures(meta)
        .flatMap(signature -> signature.getOutputsMap().values().stream())
        .map(TensorInfo::getName)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The nodes that TensorFlow looks for when it loads the model, other than its outputs. */
  private static Set<String> kept(MetaGraphDef meta) throws InvalidProtocolBufferException {
    Set<String> values = new TreeSet<>();
    signatures(meta)
        .flatMap(signature -> signature.getInputsMap().values().stream())
        .forEach(input -> values.add(input.getName()));
    meta.getSignatureDefOrDefault(INIT_OP, SignatureDef.getDefaultInstance())
        .getOutputsMap()
        .values()
        .forEach(output -> values.add(output.getName()));
    for (String key : INIT_COLLECTIONS) {
      values.addAll(collection(meta, key).getNodeList().getValueList());
    }
    meta.getAssetFileDefList().forEach(asset -> values.add(asset.getTensorInfo().getName()));
    for (Any asset : collection(meta, ASSETS).getAnyList().getValueList()) {
      values.add(asset.unpack(AssetFileDef.class).getTensorInfo().getName());
    }
    return values.stream().map(FrozenGraph::nodeOf).collect(Collectors.toCollection(TreeSet::new));
  }

  private static CollectionDef collection(MetaGraphDef meta, String key) {
    return meta.getCollectionDefOrDefault(key, CollectionDef.getDefaultInstance());
  }

  private static void requireFrozen(FrozenGraph graph, ModelSource source)
      throws QuantizeException {
    Set<String> needed = Order.of(graph).stream().map(NodeDef::getOp).collect(Collectors.toSet());
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
    if (needed.stream().anyMatch(op -> op.contains("Quantized"))) {
      throw new QuantizeException(source.id() + " is int8 already: quantise its float32 version");
    }
  }

  FrozenGraph graph() {
    return graph;
  }

  /** Whether the model reads further files when it is loaded, in {@code assets} beside it. */
  boolean hasAssets() {
    return meta.getAssetFileDefCount() > 0 || meta.containsCollectionDef(ASSETS);
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
    meta.getCollectionDefMap()
        .forEach(
            (key, collection) -> {
              if (key.equals(ASSETS) || INIT_COLLECTIONS.contains(key)) {
                copy.putCollectionDef(key, collection);
              }
            });
    meta.getSignatureDefMap()
        .forEach(
            (name, signature) -> {
              if (name.equals(INIT_OP)) {
                copy.putSignatureDef(name, signature);
              } else if (!name.startsWith(INTERNAL)) {
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
