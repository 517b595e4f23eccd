package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorInfo;

/** Which files a registered model may read. */
class OwnFilesTest extends CheckedGraph {

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
}
