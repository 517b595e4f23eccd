package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Order;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

class ModelGraphFileTest {

  @TempDir Path folder;

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

  private void node(String op, String name, String... inputs) {
    NodeDef.Builder node = NodeDef.newBuilder().setOp(op).setName(name);
    graph.addNode(node.addAllInput(List.of(inputs)));
  }

  private static TensorInfo tensor(String name) {
    return TensorInfo.newBuilder().setName(name).build();
  }

  private void signature(String name, String input, String output) {
    meta.putSignatureDef(
        name,
        SignatureDef.newBuilder()
            .putInputs("in", tensor(input))
            .putOutputs("out", tensor(output))
            .build());
  }

  private static CollectionDef nodes(String name) {
    return CollectionDef.newBuilder()
        .setNodeList(CollectionDef.NodeList.newBuilder().addValue(name))
        .build();
  }

  private SavedModel model() {
    return SavedModel.newBuilder().addMetaGraphs(meta.setGraphDef(graph)).build();
  }

  private ModelSource source(String file) {
    return new ModelSource(
        new ModelId("m", 1),
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, file, ""),
        ModelManifest.of(Map.of()));
  }

  private ModelGraphFile read() throws Exception {
    Files.write(folder.resolve("saved_model.pb"), model().toByteArray());
    return ModelGraphFile.read(source("saved_model.pb"));
  }

  /** The graph as it is written with its own nodes: those that its roots need. */
  private MetaGraphDef written(ModelGraphFile file) throws Exception {
    FrozenGraph whole = file.graph();
    Path target = folder.resolve("written.pb");
    file.write(
        Order.of(new FrozenGraph(whole.nodes(), whole.roots())), Map.of("more", "y"), target);
    return SavedModel.parseFrom(Files.readAllBytes(target)).getMetaGraphs(0);
  }

  private void small() {
    node("Placeholder", "x");
    node("Relu", "y", "x");
    signature("serving_default", "x:0", "y:0");
  }

  private static Set<String> names(MetaGraphDef written) {
    return written.getGraphDef().getNodeList().stream()
        .map(NodeDef::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void allSignaturesAndTheirInputsAreKept() throws Exception {
    small();
    node("Placeholder", "unused");
    node("Tanh", "z", "x");
    node("Tanh", "training", "x");
    signature("other", "unused:0", "z:0");
    signature("__saved_model_train_op", "x:0", "training:0");
    MetaGraphDef written = written(read());

    assertThat(written.getSignatureDefMap()).containsOnlyKeys("serving_default", "other");
    assertThat(names(written)).containsExactlyInAnyOrder("x", "y", "z", "unused");
    assertThat(written.getSignatureDefOrThrow("other").getOutputsMap())
        .containsOnlyKeys("out", "more");
  }

  @Test
  void whatInitialisesTheModelIsKeptWithItsAssets() throws Exception {
    small();
    node("Const", "vocabulary");
    node("ReadFile", "content", "vocabulary");
    node("NoOp", "init", "^content");
    signature("__saved_model_init_op", "", "init");
    AssetFileDef asset =
        AssetFileDef.newBuilder()
            .setFilename("words.txt")
            .setTensorInfo(tensor("vocabulary:0"))
            .build();
    meta.addAssetFileDef(asset);
    ModelGraphFile file = read();
    MetaGraphDef written = written(file);

    assertThat(file.hasAssets()).isTrue();
    assertThat(written.getAssetFileDefList()).containsExactly(asset);
    assertThat(names(written)).contains("vocabulary", "content", "init");
    assertThat(written.getSignatureDefOrThrow("__saved_model_init_op"))
        .isEqualTo(meta.getSignatureDefOrThrow("__saved_model_init_op")); // Without more outputs.
  }

  @Test
  void olderExportersListTheInitialisationInCollections() throws Exception {
    small();
    node("NoOp", "main");
    node("NoOp", "legacy");
    meta.putCollectionDef("saved_model_main_op", nodes("main"));
    meta.putCollectionDef("legacy_init_op", nodes("legacy"));
    meta.putCollectionDef("variables", nodes("none"));
    ModelGraphFile file = read();
    MetaGraphDef written = written(file);

    assertThat(file.hasAssets()).isFalse();
    assertThat(names(written)).contains("main", "legacy");
    assertThat(written.getCollectionDefMap())
        .containsOnlyKeys("saved_model_main_op", "legacy_init_op");
  }

  @Test
  void aTextFileIsReadToo() throws Exception {
    small();
    Files.writeString(
        folder.resolve("saved_model.pbtxt"), TextFormat.printer().printToString(model()));

    assertThat(ModelGraphFile.read(source("saved_model.pbtxt")).graph().nodes()).hasSize(2);
  }

  @Test
  void whatIsNoSavedModelIsRefused() throws Exception {
    Files.write(folder.resolve("saved_model.pb"), new byte[] {1, 2, 3});

    assertThatThrownBy(() -> ModelGraphFile.read(source("saved_model.pb")))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("is not a SavedModel");
  }

  private void assertIsRefused(String reason) {
    assertThatThrownBy(this::read)
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aVariableThatAnOutputNeedsIsRefused() {
    small();
    node("VarHandleOp", "variable");
    node("ReadVariableOp", "value", "variable");
    node("Mul", "product", "y", "value");
    signature("serving_default", "x:0", "product:0");

    assertIsRefused("it has variables; export a frozen graph (convert_variables_to_constants_v2)");
  }

  @Test
  void aVariableThatNoOutputNeedsIsNotRefused() throws Exception {
    small();
    node("VarHandleOp", "step");

    assertThat(names(written(read()))).containsExactlyInAnyOrder("x", "y");
  }

  @Test
  void aFileOfVariablesIsRefused() throws Exception {
    small();
    Files.createDirectory(folder.resolve("variables"));
    Files.writeString(folder.resolve("variables/variables.index"), "");

    assertIsRefused("it has variables");
  }

  @Test
  void layersInsideFunctionsAreRefused() {
    small();
    node("StatefulPartitionedCall", "call", "x");
    signature("serving_default", "x:0", "call:0");

    assertIsRefused("its layers are inside functions");
  }

  @Test
  void anInt8ModelIsRefused() {
    small();
    node("_FusedQuantizedConv2D", "int8/c", "x");
    signature("serving_default", "x:0", "int8/c:0");

    assertIsRefused("int8 already: quantise its float32 version");
  }
}
