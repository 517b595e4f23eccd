package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;

/** What a registered model may do. */
class GraphOperationsTest extends CheckedGraph {

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
    "libs/classes/a/B.java, libs",
    "deeper/lib/anything, libs",
    "a/B.class, libs",
    "model.pt, TorchScript"
  })
  void codeIsRefusedUnlessTheOperatorAllowsIt(String file, String name) throws IOException {
    Path code = folder.resolve(file);
    Files.createDirectories(code.getParent());
    Files.write(code, new byte[] {1});

    assertRefused(name);
  }

  /** With synsetUrl, DJL's other translators read any file or address as their labels. */
  @ParameterizedTest
  @CsvSource({
    "translatorFactory=ai.djl.modality.cv.translator.YoloV5TranslatorFactory, true",
    "translator : some.Class, true",
    "transl\\u0061tor=some.Class, true",
    "translatorFactory=ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory, false",
    "width=224, false"
  })
  void aTranslatorIsRefusedUnlessTheServerHasItsOwnForIt(String line, boolean isRefused)
      throws IOException {
    Files.writeString(folder.resolve("serving.properties"), "batchSize=2\n" + line + "\n");

    if (isRefused) {
      assertRefused("translator");
    } else {
      assertAccepted();
    }
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
