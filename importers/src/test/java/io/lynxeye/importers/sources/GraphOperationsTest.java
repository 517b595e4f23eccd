package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;

/** What the graph of a registered model may do. */
class GraphOperationsTest {

  @TempDir private Path folder;

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

  private static NodeDef node(String name, String op, String... inputs) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node.build();
  }

  private static NodeDef text(String name, String value) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .addStringVal(ByteString.copyFromUtf8(value))
            .build();
    return node(name, "Const").toBuilder()
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  private static NodeDef call(String name, String function, String... inputs) {
    NameAttrList called = NameAttrList.newBuilder().setName(function).build();
    return node(name, "StatefulPartitionedCall", inputs).toBuilder()
        .putAttr("f", AttrValue.newBuilder().setFunc(called).build())
        .build();
  }

  private void function(String name, NodeDef... nodes) {
    FunctionDef.Builder function =
        FunctionDef.newBuilder().setSignature(OpDef.newBuilder().setName(name));
    for (NodeDef one : nodes) {
      function.addNodeDef(one);
    }
    FunctionDefLibrary.Builder library = graph.getLibraryBuilder();
    library.addFunction(function);
  }

  private void write() throws IOException {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta.setGraphDef(graph))
            .build();
    Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
  }

  private void assertRefused(String... names) throws IOException {
    write();
    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(": " + String.join(", ", names) + ".")
        .hasMessageContaining("--allow-operations");
    assertThatCode(() -> new GraphOperations(Set.of(names)).check(folder))
        .doesNotThrowAnyException();
  }

  private void assertAccepted() throws IOException {
    write();
    assertThatCode(() -> new GraphOperations(Set.of()).check(folder)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReadFile",
        "WriteFile",
        "MatchingFiles",
        "PyFunc",
        "PyFuncStateless",
        "EagerPyFunc",
        "WholeFileReaderV2",
        "TextLineReader",
        "TFRecordReaderV2",
        "TextLineDataset",
        "TFRecordDataset",
        "TFRecordDatasetV2",
        "ExperimentalSqlDataset",
        "LoadDataset",
        "SaveDatasetV2",
        "DataServiceDatasetV4",
        "Save",
        "Restore",
        "RpcCall",
        "PrintV2"
      })
  void anOperationThatReachesFilesOrPythonIsRefusedByName(String op) throws IOException {
    graph.addNode(node("x", op));

    assertRefused(op);
  }

  @Test
  void itIsFoundInFunctionsAndInEveryGraphToo() throws IOException {
    graph.addNode(node("x", "MatMul"));
    function("f", node("a", "Identity"), node("b", "ReadFile", "a:output:0"));
    function("g", node("c", "WriteFile"));

    assertRefused("ReadFile", "WriteFile");
  }

  @Test
  void itIsFoundInTextAndInOtherFilesOfTheFolder() throws IOException {
    assertAccepted();
    Files.createDirectories(folder.resolve("deeper"));
    Files.writeString(
        folder.resolve("deeper/saved_model.pbtxt"),
        "meta_graphs { graph_def { node { name: 'x' op: 'PyFunc' } } }");

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .hasMessageContaining(": PyFunc.");
  }

  @Test
  void aSecondNodeOfTheSameNameDoesNotHideIt() throws IOException {
    graph.addNode(node("x", "ReadFile")).addNode(node("x", "Identity"));

    assertRefused("ReadFile");
  }

  @Test
  void aLargeNodeIsReadToo() throws IOException {
    AttrValue padding = AttrValue.newBuilder().setS(ByteString.copyFrom(new byte[100_000])).build();
    graph.addNode(node("x", "ReadFile").toBuilder().putAttr("padding", padding));

    assertRefused("ReadFile");
  }

  @Test
  void variablesOfTheModelsOwnFolderAreRestored() throws IOException {
    graph
        .addNode(text("part", "_temp/part"))
        .addNode(node("saver_filename", "Placeholder"))
        .addNode(call("restore", "traced_restore", "saver_filename"))
        .addNode(node("path", "StringJoin", "saver_filename", "part:0"))
        .addNode(node("save", "SaveV2", "path"))
        .addNode(node("merge", "MergeV2Checkpoints", "path", "^save"));
    function("traced_restore", node("r", "RestoreV2", "file_prefix"));

    assertAccepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/x", "../x", "a/../../x", "..", "s3://bucket/x", "file:///x"})
  void variablesAtAFixedPathOutsideAreNot(String path) throws IOException {
    graph
        .addNode(text("fixed", path))
        .addNode(node("same", "Identity", "fixed"))
        .addNode(node("save", "SaveV2", "same:0"));

    assertRefused("SaveV2");
  }

  @Test
  void aFixedPathThatIsPassedToAFunctionIsFound() throws IOException {
    graph.addNode(text("fixed", "/etc/x")).addNode(call("c", "outer", "fixed"));
    function("outer", call("d", "inner", "argument"));
    function("inner", node("r", "RestoreV2", "argument"));

    assertRefused("StatefulPartitionedCall");
  }

  @Test
  void aTableIsFilledFromTheModelsOwnAsset() throws IOException {
    graph
        .addNode(text("asset", "/export/of/another/machine/vocabulary.txt"))
        .addNode(node("table", "InitializeTableFromTextFileV2", "handle", "asset"));
    meta.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename("vocabulary.txt")
            .setTensorInfo(TensorInfo.newBuilder().setName("asset:0")));

    assertAccepted();
  }

  @Test
  void aTableIsNotFilledFromAnotherFile() throws IOException {
    graph
        .addNode(text("other", "/etc/passwd"))
        .addNode(node("table", "InitializeTableFromTextFileV2", "handle", "other"));

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void aFileThatIsNoSavedModelIsRefused() throws IOException {
    Files.writeString(folder.resolve("saved_model.pb"), "\u0012\u007fnonsense-of-a-secret");

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageNotContaining("secret");
  }
}
