package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.sources.GraphOperations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;

/**
 * The operations of this build of TensorFlow, which says itself what their inputs and attributes
 * are: one that takes the name of a file or an address is refused in a registered model, or stands
 * below with the reason why not. A newer TensorFlow with a new one fails this test.
 */
@Tag("engine")
class RegisteredOperationsEngineTest {

  private static final Pattern PLACE =
      Pattern.compile(
          "(?i).*(file|path|_dir|logdir|directory|addr|url|uri|descriptor_source|ckpt).*"
              + "|prefix|prefixes|.*_prefix(es)?|memory_region_name|data_source_name");

  /** They take such a name and are not refused by it. */
  private static final Set<String> REVIEWED =
      Set.of(
          // Refused where its path is not the model's own, see OwnFiles.
          "InitializeTableFromTextFile",
          "InitializeTableFromTextFileV2",
          "MergeV2Checkpoints",
          "RestoreV2",
          "SaveV2",
          // The names of values.
          "CTCBeamSearchDecoder", // top_paths: how many results.
          "ExperimentalSetStatsAggregatorDataset", // counter_prefix
          "SetStatsAggregatorDataset",
          "TensorSliceDataset", // is_files: a hint for sharding.
          // They make texts.
          "ShardedFilename",
          "ShardedFilespec");

  @TempDir private Path folder;

  private static boolean takesPlace(OpDef operation) {
    Stream<String> names =
        Stream.concat(
            operation.getInputArgList().stream().map(OpDef.ArgDef::getName),
            operation.getAttrList().stream().map(OpDef.AttrDef::getName));
    return names.anyMatch(name -> PLACE.matcher(name).matches());
  }

  @Test
  void everyOperationThatTakesAFileOrAnAddressIsRefusedOrReviewed() throws Exception {
    EngineRing.get(); // Loads TensorFlow.
    List<OpDef> all = TensorFlow.registeredOpList().getOpList();
    assertThat(all).hasSizeGreaterThan(1000);
    Set<String> taking = new TreeSet<>();
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (OpDef operation : all) {
      if (takesPlace(operation) && !REVIEWED.contains(operation.getName())) {
        taking.add(operation.getName());
        graph.addNode(NodeDef.newBuilder().setName(operation.getName()).setOp(operation.getName()));
      }
    }
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder().setGraphDef(graph);
    Files.write(
        folder.resolve("saved_model.pb"),
        SavedModel.newBuilder().addMetaGraphs(meta).build().toByteArray());

    assertThatThrownBy(() -> new GraphOperations(Set.of()).check(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(": " + String.join(", ", taking) + ".");
  }
}
