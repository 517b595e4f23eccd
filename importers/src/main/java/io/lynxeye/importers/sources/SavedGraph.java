package io.lynxeye.importers.sources;

import com.google.protobuf.Any;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import io.lynxeye.importers.download.ImportException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * The nodes of one meta graph of a SavedModel, without large values: weights in a frozen graph are
 * skipped, not read into memory. A field that is there twice is merged as TensorFlow does it.
 */
final class SavedGraph {

  /** The scope of the main graph. */
  static final String MAIN = "main";

  /**
   * The operation of an argument of a function; no node can have it. Its attribute is its position.
   */
  static final String ARGUMENT = "argument ";

  static final String INDEX = "index";

  private static final String FUNCTION = "function "; // No function can pass for the main graph.
  private static final String INIT_OP = "__saved_model_init_op"; // Not served, only loaded.
  private static final String ASSETS = "saved_model_assets"; // Where TensorFlow 1 put them.
  private static final List<String> INIT_OPS = List.of("saved_model_main_op", "legacy_init_op");
  private static final int LARGEST_NODE = 64 * 1024;
  private static final int LARGEST_ATTRIBUTE = 16 << 20;
  private static final long LARGEST_TEXT = 32 << 20;

  private final Map<String, Map<String, NodeDef>> scopes = new HashMap<>();
  private final SaverDef.Builder saver = SaverDef.newBuilder();
  private final List<AssetFileDef> assets = new ArrayList<>();
  private final List<AssetFileDef> collectedAssets = new ArrayList<>();
  private final Set<String> served = new HashSet<>();
  private final Set<String> initial = new HashSet<>();

  /** Adds what a field of a message holds. */
  private interface Field {
    void read(int number, CodedInputStream in) throws IOException;
  }

  private SavedGraph() {}

  /** Nodes by name, of the main graph and of each function. */
  Map<String, Map<String, NodeDef>> scopes() {
    return scopes;
  }

  /** The scope of a function. */
  static String scope(String function) {
    return FUNCTION + function;
  }

  /** The names of the asset files, below the folder for assets. */
  List<String> assetFiles() {
    return Stream.concat(assets.stream(), collectedAssets.stream())
        .map(AssetFileDef::getFilename)
        .toList();
  }

  /** The nodes that TensorFlow feeds with paths of the model's own files when it loads it. */
  Set<String> fed() {
    List<AssetFileDef> used = assets.isEmpty() ? collectedAssets : assets;
    return Stream.concat(
            used.stream().map(asset -> asset.getTensorInfo().getName()),
            Stream.of(saver.getFilenameTensorName()))
        .map(SavedGraph::producer)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The nodes that TensorFlow runs when it loads the model. */
  Set<String> loaded() {
    Set<String> loaded = new HashSet<>(initial);
    loaded.add(producer(saver.getRestoreOpName()));
    return loaded;
  }

  /** The nodes that requests run. */
  Set<String> served() {
    return served;
  }

  /**
   * Reads a file.
   *
   * @throws ImportException when it is not a SavedModel
   */
  static List<SavedGraph> read(Path file) throws IOException, ImportException {
    try {
      if (file.toString().endsWith(".pbtxt")) {
        return binary(new ByteArrayInputStream(text(file).toByteArray()));
      }
      try (InputStream in = Files.newInputStream(file)) {
        return binary(in);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new ImportException(
          "The model's graph is damaged or not a SavedModel: fetch it again.", e);
    }
  }

  private static SavedModel text(Path file) throws IOException, ImportException {
    if (Files.size(file) > LARGEST_TEXT) {
      throw new ImportException(
          "The model's graph as text is too large: save it as saved_model.pb.");
    }
    SavedModel.Builder model = SavedModel.newBuilder();
    try (Reader reader = Files.newBufferedReader(file)) {
      TextFormat.merge(reader, model);
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
    return model.build();
  }

  private static List<SavedGraph> binary(InputStream in) throws IOException {
    List<SavedGraph> graphs = new ArrayList<>();
    CodedInputStream coded = CodedInputStream.newInstance(in);
    coded.setSizeLimit(Integer.MAX_VALUE);
    fields(
        coded,
        (number, model) -> {
          if (number == SavedModel.META_GRAPHS_FIELD_NUMBER) {
            SavedGraph graph = new SavedGraph();
            message(model, graph::metaGraph);
            graphs.add(graph);
          } else {
            skip(model);
          }
        });
    return graphs;
  }

  private void metaGraph(int number, CodedInputStream in) throws IOException {
    switch (number) {
      case MetaGraphDef.GRAPH_DEF_FIELD_NUMBER -> message(in, this::graph);
      case MetaGraphDef.SAVER_DEF_FIELD_NUMBER -> saver.mergeFrom(in.readBytes());
      case MetaGraphDef.ASSET_FILE_DEF_FIELD_NUMBER ->
          assets.add(AssetFileDef.parseFrom(in.readBytes()));
      case MetaGraphDef.SIGNATURE_DEF_FIELD_NUMBER ->
          entry(number, in).getSignatureDefMap().forEach(this::addSignature);
      case MetaGraphDef.COLLECTION_DEF_FIELD_NUMBER -> addCollection(entry(number, in));
      default -> skip(in);
    }
  }

  /** A meta graph with one entry of a map. */
  private static MetaGraphDef entry(int number, CodedInputStream in) throws IOException {
    return MetaGraphDef.parseFrom(
        UnknownFieldSet.newBuilder()
            .addField(
                number,
                UnknownFieldSet.Field.newBuilder().addLengthDelimited(in.readBytes()).build())
            .build()
            .toByteString());
  }

  private void addSignature(String name, SignatureDef signature) {
    signature.getOutputsMap().values().stream()
        .map(TensorInfo::getName)
        .map(SavedGraph::producer)
        .forEach(name.equals(INIT_OP) ? initial::add : served::add);
  }

  private void addCollection(MetaGraphDef meta) throws IOException {
    for (String name : INIT_OPS) {
      CollectionDef collection =
          meta.getCollectionDefOrDefault(name, CollectionDef.getDefaultInstance());
      collection.getNodeList().getValueList().forEach(node -> initial.add(producer(node)));
    }
    CollectionDef collection = meta.getCollectionDefMap().get(ASSETS);
    if (collection != null) {
      for (Any asset : collection.getAnyList().getValueList()) {
        collectedAssets.add(AssetFileDef.parseFrom(asset.getValue()));
      }
    }
  }

  private void graph(int number, CodedInputStream in) throws IOException {
    if (number == GraphDef.NODE_FIELD_NUMBER) {
      add(MAIN, node(in));
    } else if (number == GraphDef.LIBRARY_FIELD_NUMBER) {
      message(
          in,
          (part, library) -> {
            if (part == FunctionDefLibrary.FUNCTION_FIELD_NUMBER) {
              readFunction(library);
            } else {
              skip(library);
            }
          });
    } else {
      skip(in);
    }
  }

  private void readFunction(CodedInputStream in) throws IOException {
    List<NodeDef> nodes = new ArrayList<>();
    OpDef.Builder signature = OpDef.newBuilder();
    message(
        in,
        (number, function) -> {
          if (number == FunctionDef.SIGNATURE_FIELD_NUMBER) {
            signature.mergeFrom(function.readBytes());
          } else if (number == FunctionDef.NODE_DEF_FIELD_NUMBER) {
            nodes.add(node(function));
          } else {
            skip(function);
          }
        });
    String scope = scope(signature.getName());
    for (int i = 0; i < signature.getInputArgCount(); i++) {
      add(
          scope,
          NodeDef.newBuilder()
              .setName(signature.getInputArg(i).getName())
              .setOp(ARGUMENT)
              .putAttr(INDEX, AttrValue.newBuilder().setI(i).build())
              .build());
    }
    nodes.forEach(node -> add(scope, node));
  }

  /** A node; without its tensors if it is large. */
  private static NodeDef node(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    if (length <= LARGEST_NODE) {
      return NodeDef.parseFrom(in.readRawBytes(length));
    }
    NodeDef.Builder node = NodeDef.newBuilder();
    int end = in.pushLimit(length);
    fields(
        in,
        (number, rest) -> {
          switch (number) {
            case NodeDef.NAME_FIELD_NUMBER -> node.setName(rest.readString());
            case NodeDef.OP_FIELD_NUMBER -> node.setOp(rest.readString());
            case NodeDef.INPUT_FIELD_NUMBER -> node.addInput(rest.readString());
            case NodeDef.ATTR_FIELD_NUMBER -> attribute(rest, node);
            default -> skip(rest);
          }
        });
    in.popLimit(end);
    return node.build();
  }

  /** An entry of the map of attributes: a name and a value. */
  private static void attribute(CodedInputStream in, NodeDef.Builder node) throws IOException {
    List<String> name = new ArrayList<>();
    AttrValue.Builder value = AttrValue.newBuilder();
    message(
        in,
        (number, entry) -> {
          switch (number) {
            case 1 -> name.add(entry.readString());
            case 2 -> value(entry, value);
            default -> skip(entry);
          }
        });
    if (!name.isEmpty()) {
      node.putAttr(name.get(name.size() - 1), value.build());
    }
  }

  private static void value(CodedInputStream in, AttrValue.Builder value) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    boolean isLarge = in.getBytesUntilLimit() > LARGEST_NODE;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isLarge && WireFormat.getTagFieldNumber(tag) == AttrValue.TENSOR_FIELD_NUMBER) {
        in.skipField(tag);
      } else if (in.getBytesUntilLimit() > LARGEST_ATTRIBUTE) {
        throw new InvalidProtocolBufferException("an attribute that is no tensor is too large");
      } else {
        fields.mergeFieldFrom(tag, in);
      }
    }
    in.popLimit(end);
    value.mergeFrom(fields.build().toByteString());
  }

  private static void skip(CodedInputStream in) throws IOException {
    in.skipRawBytes(in.readRawVarint32());
  }

  private static void message(CodedInputStream in, Field field) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.popLimit(end);
  }

  /** Passes on the fields with a length; no other holds what is looked for. */
  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        field.read(WireFormat.getTagFieldNumber(tag), in);
      } else {
        in.skipField(tag);
      }
    }
  }

  /** A second node of a name does not hide the first. */
  private void add(String scope, NodeDef node) {
    Map<String, NodeDef> nodes = scopes.computeIfAbsent(scope, name -> new HashMap<>());
    String name = node.getName();
    while (nodes.putIfAbsent(name, node) != null) {
      name += "'";
    }
  }

  /** The name of the node that an input, or the name of a tensor, refers to. */
  static String producer(String input) {
    return input.replaceFirst("^\\^", "").replaceFirst(":.*$", "");
  }

  /** The inputs of a node that are values, in their order. */
  static List<String> values(NodeDef node) {
    return node.getInputList().stream().filter(input -> !input.startsWith("^")).toList();
  }

  /** The functions that a node calls. */
  static List<String> functions(NodeDef node) {
    return Stream.concat(
            Stream.of(node.getOp()),
            node.getAttrMap().values().stream().flatMap(SavedGraph::functions))
        .toList();
  }

  private static Stream<String> functions(AttrValue value) {
    return Stream.concat(
        value.hasFunc() ? Stream.of(value.getFunc().getName()) : Stream.empty(),
        value.getList().getFuncList().stream().map(function -> function.getName()));
  }
}
