package io.lynxeye.importers.sources;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.WireFormat;
import io.lynxeye.importers.download.ImportException;
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
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;

/**
 * The nodes of one meta graph of a SavedModel, without large values: weights in a frozen graph are
 * skipped, not read into memory.
 *
 * @param scopes nodes by name, of the main graph (the name is empty) and of each function
 * @param assets the nodes that hold the paths of the model's own assets
 */
record SavedGraph(Map<String, Map<String, NodeDef>> scopes, Set<String> assets) {

  private static final String MAIN = "";
  private static final int LARGEST_NODE = 64 * 1024;
  private static final long LARGEST_TEXT = 32 << 20;

  /** Adds what a field of a message holds. */
  private interface Field {
    void read(int number, CodedInputStream in) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws ImportException when it is not a SavedModel
   */
  static List<SavedGraph> read(Path file) throws IOException, ImportException {
    try {
      return file.toString().endsWith(".pbtxt") ? text(file) : binary(file);
    } catch (InvalidProtocolBufferException e) {
      throw new ImportException(
          "The model's graph is damaged or not a SavedModel: fetch it again.", e);
    }
  }

  private static List<SavedGraph> text(Path file) throws IOException, ImportException {
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
    List<SavedGraph> graphs = new ArrayList<>();
    for (MetaGraphDef meta : model.getMetaGraphsList()) {
      SavedGraph graph = new SavedGraph(new HashMap<>(), new HashSet<>());
      meta.getGraphDef().getNodeList().forEach(node -> graph.add(MAIN, node));
      meta.getGraphDef()
          .getLibrary()
          .getFunctionList()
          .forEach(
              function ->
                  function
                      .getNodeDefList()
                      .forEach(node -> graph.add(function.getSignature().getName(), node)));
      meta.getAssetFileDefList().forEach(graph::addAsset);
      graphs.add(graph);
    }
    return graphs;
  }

  private static List<SavedGraph> binary(Path file) throws IOException {
    List<SavedGraph> graphs = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      CodedInputStream coded = CodedInputStream.newInstance(in);
      coded.setSizeLimit(Integer.MAX_VALUE);
      fields(
          coded,
          (number, model) -> {
            if (number == SavedModel.META_GRAPHS_FIELD_NUMBER) {
              SavedGraph graph = new SavedGraph(new HashMap<>(), new HashSet<>());
              message(model, graph::metaGraph);
              graphs.add(graph);
            } else {
              model.skipRawBytes(model.readRawVarint32());
            }
          });
    }
    return graphs;
  }

  private void metaGraph(int number, CodedInputStream in) throws IOException {
    if (number == MetaGraphDef.GRAPH_DEF_FIELD_NUMBER) {
      message(in, this::graph);
    } else if (number == MetaGraphDef.ASSET_FILE_DEF_FIELD_NUMBER) {
      addAsset(AssetFileDef.parseFrom(in.readBytes()));
    } else {
      in.skipRawBytes(in.readRawVarint32());
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
              function(library);
            } else {
              library.skipRawBytes(library.readRawVarint32());
            }
          });
    } else {
      in.skipRawBytes(in.readRawVarint32());
    }
  }

  private void function(CodedInputStream in) throws IOException {
    List<NodeDef> nodes = new ArrayList<>();
    List<String> name = new ArrayList<>();
    message(
        in,
        (number, function) -> {
          if (number == FunctionDef.SIGNATURE_FIELD_NUMBER) {
            name.add(OpDef.parseFrom(function.readBytes()).getName());
          } else if (number == FunctionDef.NODE_DEF_FIELD_NUMBER) {
            nodes.add(node(function));
          } else {
            function.skipRawBytes(function.readRawVarint32());
          }
        });
    nodes.forEach(node -> add(name.isEmpty() ? "?" : name.get(name.size() - 1), node));
  }

  /** A node; without its attributes if it is large. */
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
            default -> rest.skipRawBytes(rest.readRawVarint32());
          }
        });
    in.popLimit(end);
    return node.build();
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

  private void addAsset(AssetFileDef asset) {
    assets.add(asset.getTensorInfo().getName().replaceFirst(":.*$", ""));
  }

  /** The functions that a node calls. */
  static List<String> functions(NodeDef node) {
    return Stream.concat(
            Stream.of(node.getOp()),
            node.getAttrMap().values().stream().flatMap(SavedGraph::functions))
        .collect(Collectors.toList());
  }

  private static Stream<String> functions(AttrValue value) {
    return Stream.concat(
        value.hasFunc() ? Stream.of(value.getFunc().getName()) : Stream.empty(),
        value.getList().getFuncList().stream().map(function -> function.getName()));
  }
}
