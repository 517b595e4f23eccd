package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
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
    function(name, List.of(), nodes);
  }

  private void function(String name, List<String> arguments, NodeDef... nodes) {
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
        "CacheDataset",
        "CacheDatasetV2",
        "CalibrationStatisticsSaver",
        "DTensorRestoreV2",
        "DatasetFromGraph",
        "DebugNanCount",
        "DecodeProtoV2",
        "DeserializeIterator",
        "DistributedSave",
        "DumpTensor",
        "EncodeProto",
        "FileSystemSetConfiguration",
        "FixedUnigramCandidateSampler",
        "GenerateVocabRemapping",
        "ImmutableConst",
        "ListSnapshotChunksDataset",
        "LoadAndRemapMatrix",
        "RecordInput",
        "Skipgram",
        "XlaCustomCallV2",
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

  /** As TensorFlow 2 exports a model with a table: the forms of the official exporter's graph. */
  private void exported() {
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

  private static SignatureDef signature(String output) {
    return SignatureDef.newBuilder()
        .putOutputs("y", TensorInfo.newBuilder().setName(output).build())
        .build();
  }

  private void asset(String file, String tensor) {
    meta.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename(file)
            .setTensorInfo(TensorInfo.newBuilder().setName(tensor)));
  }

  /** Makes the load run a node. */
  private void load(String node) {
    meta.putSignatureDef("__saved_model_init_op", signature(node));
  }

  private void replace(NodeDef other) {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getName().equals(other.getName())) {
        graph.setNode(i, other);
      }
    }
  }

  @Test
  void variablesAndTablesOfTheModelsOwnFolderAreRestored() throws IOException {
    exported();

    assertAccepted();
  }

  @Test
  void whatAnotherSaverOfTheExportReadsIsNotRun() throws IOException {
    exported();
    graph.addNode(text("other", "/home/them/model")).addNode(node("r", "RestoreV2", "other"));

    assertAccepted();
  }

  @Test
  void aCheckpointOfTensorFlow1IsRestored() throws IOException {
    graph
        .addNode(text("save/filename/input", "model"))
        .addNode(node("save/filename", "PlaceholderWithDefault", "save/filename/input"))
        .addNode(node("save/Const", "PlaceholderWithDefault", "save/filename"))
        .addNode(node("save/RestoreV2", "RestoreV2", "save/Const"))
        .addNode(node("save/restore_all", "NoOp", "^save/RestoreV2"));
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName("save/Const:0")
            .setRestoreOpName("save/restore_all"));

    assertAccepted();
  }

  @Test
  void aTableOfTensorFlow1IsFilledFromItsAsset() throws IOException {
    graph
        .addNode(text("asset", "/export/of/another/machine/vocabulary.txt"))
        .addNode(node("table", "InitializeTableFromTextFileV2", "handle", "asset"))
        .addNode(node("init", "NoOp", "^table"));
    meta.putCollectionDef("legacy_init_op", nodes("init"));
    AssetFileDef asset =
        AssetFileDef.newBuilder()
            .setFilename("vocabulary.txt")
            .setTensorInfo(TensorInfo.newBuilder().setName("asset:0"))
            .build();
    meta.putCollectionDef(
        "saved_model_assets",
        CollectionDef.newBuilder()
            .setAnyList(CollectionDef.AnyList.newBuilder().addValue(Any.pack(asset)))
            .build());

    assertAccepted();
  }

  private static CollectionDef nodes(String name) {
    return CollectionDef.newBuilder()
        .setNodeList(CollectionDef.NodeList.newBuilder().addValue(name))
        .build();
  }

  /** Relative to the server's folder, which may hold keys, a short path leads out as well. */
  @ParameterizedTest
  @ValueSource(strings = {"/etc/x", "../x", "docker/keys/admin", "s3://bucket/x", "file:///x"})
  void aFileAtAFixedPathIsNotRead(String path) throws IOException {
    graph
        .addNode(text("fixed", path))
        .addNode(node("same", "Identity", "fixed"))
        .addNode(node("table", "InitializeTableFromTextFileV2", "handle", "same:0"));
    load("table");

    assertRefused("InitializeTableFromTextFileV2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Substr", "StringJoin", "DecodeBase64", "UnicodeEncode", "PlaceholderWithDefault"})
  void aFileAtAComputedPathIsNotRead(String op) throws IOException {
    graph
        .addNode(text("text", "x/etc/passwd"))
        .addNode(node("path", op, "text"))
        .addNode(node("r", "RestoreV2", "path"));
    meta.putCollectionDef("saved_model_main_op", nodes("r"));

    assertRefused("RestoreV2");
  }

  @Test
  void aFixedPathThatIsPassedToAFunctionIsFound() throws IOException {
    graph.addNode(text("fixed", "/etc/x")).addNode(call("c", "outer", "fixed"));
    function("outer", List.of("a"), call("d", "inner", "a"));
    function("inner", List.of("b"), node("r", "RestoreV2", "b"));
    load("c");

    assertRefused("RestoreV2");
  }

  @Test
  void aCallIsFollowedThoughTheNodeIsLarge() throws IOException {
    AttrValue padding = AttrValue.newBuilder().setS(ByteString.copyFrom(new byte[100_000])).build();
    graph
        .addNode(text("fixed", "/etc/x"))
        .addNode(call("c", "f", "fixed").toBuilder().putAttr("padding", padding));
    function("f", List.of("a"), node("r", "RestoreV2", "a"));
    load("c");

    assertRefused("RestoreV2");
  }

  @Test
  void aRequestReadsAndWritesNoFile() throws IOException {
    exported();
    graph.addNode(node("r", "RestoreV2", "saver_filename"));
    meta.putSignatureDef("read", signature("r:0"));
    meta.putSignatureDef("write", signature("save:0"));

    assertRefused("MergeV2Checkpoints", "RestoreV2", "SaveV2");
  }

  @Test
  void aRequestDoesNotReadWhereTheLoadWouldBeFedAnAsset() throws IOException {
    graph
        .addNode(text("asset", "/etc/passwd"))
        .addNode(node("table", "InitializeTableFromTextFileV2", "handle", "asset"))
        .addNode(node("y", "Identity", "x", "^table"));
    asset("vocabulary.txt", "asset:0");
    meta.putSignatureDef("serving_default", signature("y:0"));

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void aNodeOfAFunctionIsNoAssetThoughItHasItsName() throws IOException {
    graph.addNode(node("asset", "Placeholder")).addNode(call("c", "f"));
    function(
        "f",
        text("asset", "/etc/passwd"),
        node("table", "InitializeTableFromTextFileV2", "handle", "asset:output:0"));
    asset("vocabulary.txt", "asset:0");
    load("c");

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void theVariableOfAnAssetIsNotAssignedAnotherPath() throws IOException {
    exported();
    graph
        .addNode(text("fixed", "/etc/passwd"))
        .addNode(node("again", "AssignVariableOp", "Variable", "fixed"));

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void theVariableOfAnAssetIsNotRestoredFromACheckpoint() throws IOException {
    exported();
    replace(call("restore", "traced_restore", "saver_filename", "Variable"));

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void theVariableOfAnAssetHasNoSecondHandle() throws IOException {
    exported();
    replace(
        node("weights", "VarHandleOp").toBuilder()
            .putAttr(
                "shared_name",
                AttrValue.newBuilder().setS(ByteString.copyFromUtf8("Variable")).build())
            .build());

    assertRefused("InitializeTableFromTextFileV2");
  }

  @Test
  void theNameOfTheCheckpointIsTheOneThatTensorFlowFeeds() throws IOException {
    graph
        .addNode(text("fixed", "/etc/x"))
        .addNode(node("saver_filename", "Placeholder"))
        .addNode(node("r", "RestoreV2", "fixed"));
    SaverDef first = SaverDef.newBuilder().setFilenameTensorName("fixed:0").build();
    meta.setSaverDef(
        SaverDef.newBuilder().setFilenameTensorName("saver_filename:0").setRestoreOpName("r"));
    // One meta graph whose saver is there twice: of its fields, the last value counts.
    byte[] inner = MetaGraphDef.newBuilder().setSaverDef(first).build().toByteArray();
    MetaGraphDef rest = meta.setGraphDef(graph).build();
    ByteString both = ByteString.copyFrom(inner).concat(rest.toByteString());
    Files.write(
        folder.resolve("saved_model.pb"),
        SavedModel.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        SavedModel.META_GRAPHS_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder().addLengthDelimited(both).build())
                    .build())
            .build()
            .toByteArray());

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .hasMessageContaining(": RestoreV2.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../../etc/passwd", "/etc/passwd", "a/../../x", ".."})
  void anAssetOutsideTheFolderIsRefused(String file) throws IOException {
    exported();
    asset(file, "pixels:0");
    write();

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("asset outside its own folder");
  }

  @ParameterizedTest
  @CsvSource({
    "libs/translator.jar, libs",
    "lib/other.JAR, libs",
    "libs/classes/a/B.class, libs",
    "model.pt, TorchScript"
  })
  void codeIsRefusedUnlessTheOperatorAllowsIt(String file, String name) throws IOException {
    Path code = folder.resolve(file);
    Files.createDirectories(code.getParent());
    Files.write(code, new byte[] {1});

    assertRefused(name);
  }

  @Test
  void aGraphInChunksIsRefused() throws IOException {
    Files.write(folder.resolve("saved_model.cpb"), new byte[] {1});

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("saved_model.pb");
  }

  @Test
  void aFileThatIsNoSavedModelIsRefused() throws IOException {
    Files.writeString(folder.resolve("saved_model.pb"), "\u0012\u007fnonsense-of-a-secret");

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageNotContaining("secret");
  }
}
