package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;

/** A SavedModel in a folder, and what the check says about it. */
abstract class CheckedGraph {

  @TempDir Path folder;

  final GraphDef.Builder graph = GraphDef.newBuilder();
  final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

  static NodeDef node(String name, String op, String... inputs) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node.build();
  }

  static NodeDef text(String name, String value) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .addStringVal(ByteString.copyFromUtf8(value))
            .build();
    return node(name, "Const").toBuilder()
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  static NodeDef call(String name, String function, String... inputs) {
    NameAttrList called = NameAttrList.newBuilder().setName(function).build();
    return node(name, "StatefulPartitionedCall", inputs).toBuilder()
        .putAttr("f", AttrValue.newBuilder().setFunc(called).build())
        .build();
  }

  void function(String name, NodeDef... nodes) {
    function(name, List.of(), nodes);
  }

  void function(String name, List<String> arguments, NodeDef... nodes) {
    OpDef.Builder signature = OpDef.newBuilder().setName(name);
    for (String argument : arguments) {
      signature.addInputArg(OpDef.ArgDef.newBuilder().setName(argument));
    }
    FunctionDef.Builder function = FunctionDef.newBuilder().setSignature(signature);
    for (NodeDef one : nodes) {
      function.addNodeDef(one);
    }
    FunctionDefLibrary.Builder library = graph.getLibraryBuilder();
    library.addFunction(function);
  }

  void write() throws IOException {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta.setGraphDef(graph))
            .build();
    Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
  }

  void assertRefused(String... names) throws IOException {
    write();
    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(": " + String.join(", ", names) + ".")
        .hasMessageContaining("--allow-operations");
    assertThatCode(() -> new GraphOperations(Set.of(names)).check(folder))
        .doesNotThrowAnyException();
  }

  void assertAccepted() throws IOException {
    write();
    assertThatCode(() -> new GraphOperations(Set.of()).check(folder)).doesNotThrowAnyException();
  }

  /** As TensorFlow 2 exports a model with a table: the forms of the official exporter's graph. */
  void exported() {
    graph
        .addNode(node("saver_filename", "Placeholder"))
        .addNode(call("restore", "traced_restore", "saver_filename", "weights"))
        .addNode(call("save", "traced_save", "saver_filename", "weights"))
        .addNode(node("weights", "VarHandleOp"))
        .addNode(node("asset_path_initializer", "Placeholder"))
        .addNode(node("Variable", "VarHandleOp"))
        .addNode(node("Variable/Assign", "AssignVariableOp", "Variable", "asset_path_initializer"))
        .addNode(node("Variable/Read", "ReadVariableOp", "Variable"))
        .addNode(node("table", "HashTableV2"))
        .addNode(call("fill", "initializer", "Variable/Read", "table", "^Variable/Assign"))
        .addNode(node("NoOp", "NoOp", "^fill", "^Variable/Assign"))
        .addNode(call("score", "predict", "pixels", "weights", "table"))
        .addNode(node("pixels", "Placeholder"));
    function("predict", List.of("x", "w", "t"), node("y", "Identity", "x"));
    function(
        "traced_restore",
        List.of("file_prefix", "w"),
        text("names", "a/../b"),
        node("r", "RestoreV2", "file_prefix", "names:output:0"),
        node("assign", "AssignVariableOp", "w", "r:tensors:0"));
    function(
        "traced_save",
        List.of("file_prefix", "w"),
        text("part", "_temp/part"),
        node("path", "StringJoin", "file_prefix", "part:output:0"),
        node("save", "SaveV2", "path:output:0"),
        node("merge", "MergeV2Checkpoints", "path:output:0", "file_prefix", "^save"));
    function(
        "initializer",
        List.of("path", "handle"),
        node("i", "InitializeTableFromTextFileV2", "handle", "path"));
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName("saver_filename:0")
            .setSaveTensorName("save:0")
            .setRestoreOpName("restore"));
    asset("vocabulary.txt", "asset_path_initializer:0");
    meta.putSignatureDef("__saved_model_init_op", signature("NoOp"));
    meta.putSignatureDef("serving_default", signature("score:0"));
  }

  static SignatureDef signature(String output) {
    return SignatureDef.newBuilder()
        .putOutputs("y", TensorInfo.newBuilder().setName(output).build())
        .build();
  }

  void asset(String file, String tensor) {
    meta.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename(file)
            .setTensorInfo(TensorInfo.newBuilder().setName(tensor)));
  }
}
