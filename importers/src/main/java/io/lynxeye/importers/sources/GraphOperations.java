package io.lynxeye.importers.sources;

import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Refuses what a registered model could do besides scoring: SavedModels whose graph reads or writes
 * files, calls Python, opens connections or brings further graphs, in the main graph and in
 * functions; code in {@code libs}; TorchScript, which is a program. What a SavedModel needs to
 * restore its own variables and tables is allowed. Nothing is run.
 */
public final class GraphOperations {

  private static final Pattern FORBIDDEN =
      Pattern.compile(
          String.join(
              "|",
              "PyFunc|PyFuncStateless|EagerPyFunc",
              "ReadFile|WriteFile|MatchingFiles|PrintV2|FileSystemSetConfiguration",
              "(WholeFile|TextLine|FixedLengthRecord|TFRecord|LMDB)Reader(V2)?",
              "(Experimental)?(TextLine|FixedLengthRecord|TFRecord|LMDB|CSV|Sql)Dataset(V2)?",
              "(Experimental)?(MatchingFiles|Snapshot|Save|Load|DataService)Dataset(V[0-9])?",
              "(Experimental)?DatasetToTFRecord|SnapshotDatasetReader|SnapshotChunkDataset",
              "ListSnapshotChunksDataset|CacheDataset(V2)?|DistributedSave",
              "Save|SaveSlices|Restore|RestoreSlice|DTensorRestoreV2|LoadAndRemapMatrix",
              "CreateSummaryFileWriter|CreateSummaryDbWriter|ImportEvent",
              "DebugIdentity(V[0-9])?|DebugNumericSummary(V2)?|DebugNanCount|DumpTensor",
              "CalibrationStatisticsSaver|GenerateVocabRemapping|RecordInput|Skipgram",
              "FixedUnigramCandidateSampler|ImmutableConst|DecodeProtoV2|EncodeProto",
              "RegisterDataset(V2)?|RemoteCall|Rpc.*",
              "DatasetFromGraph|DeserializeIterator|.*Mlir.*|XlaCustomCall(V2)?",
              "TfLiteSubgraphExecute|Abort|WorkerHeartbeat"));

  /** The name of code in {@code libs} among the operations. */
  private static final String LIBS = "libs";

  /**
   * Java's code, also its sources, which DJL can compile; and all that is where DJL looks for it.
   */
  private static final Pattern LIBRARY =
      Pattern.compile("(?is)(.*/)?libs?/.*|.*\\.(jar|class|java)");

  /** The name of a translator that a manifest names, among the operations. */
  private static final String TRANSLATOR = "translator";

  /** Others of DJL read addresses and files that the manifest names, such as {@code synsetUrl}. */
  private static final Set<String> HARMLESS_TRANSLATORS =
      Set.of(
          "io.lynxeye.translators.ImageScoringTranslatorFactory",
          "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory");

  /** The name of TorchScript among the operations: it reads files with {@code from_file}. */
  private static final String TORCH_SCRIPT = "TorchScript";

  /** Absolute, or above the folder. */
  private static final Pattern LEADS_OUT = Pattern.compile("(?s)/.*|(.*/)?\\.\\.(/.*)?");

  private final Set<String> allowed;

  /**
   * @param allowed operations that are not refused
   */
  public GraphOperations(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /**
   * Checks every file of a model.
   *
   * @throws ImportException when an operation is refused, naming it
   */
  public void check(Path folder) throws IOException, ImportException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    Set<String> refused = new TreeSet<>();
    for (Path file : files) {
      refused.addAll(refused(folder.relativize(file), file));
    }
    refused.removeAll(allowed);
    if (!refused.isEmpty()) {
      throw new ImportException(
          "The model uses operations that can reach files, Python or the network, or brings code: %s. The server's operator can allow them with --allow-operations, or put the model into the store."
              .formatted(String.join(", ", refused)));
    }
  }

  private static Set<String> refused(Path inModel, Path file) throws IOException, ImportException {
    String name = inModel.getFileName().toString();
    if (LIBRARY.matcher(inModel.toString()).matches()) {
      return Set.of(LIBS);
    }
    if (name.endsWith(".pt")) {
      return Set.of(TORCH_SCRIPT);
    }
    if (name.equals("serving.properties")) {
      return namesTranslator(file) ? Set.of(TRANSLATOR) : Set.of();
    }
    if (name.equals("saved_model.cpb")) {
      throw new ImportException(
          "The model's graph is in chunks, saved_model.cpb: save it as saved_model.pb.");
    }
    Set<String> refused = new TreeSet<>();
    if (name.endsWith(".pb") || name.endsWith(".pbtxt")) {
      for (SavedGraph graph : SavedGraph.read(file)) {
        requireOwnAssets(graph);
        refused.addAll(refused(graph));
      }
    }
    return refused;
  }

  private static boolean namesTranslator(Path manifest) throws IOException, ImportException {
    Properties keys = new Properties();
    try (Reader reader = Files.newBufferedReader(manifest)) {
      keys.load(reader);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new ImportException("The model's serving.properties is damaged: save it as UTF-8.", e);
    }
    return Stream.of("translator", "translatorFactory")
        .map(keys::getProperty)
        .anyMatch(named -> named != null && !HARMLESS_TRANSLATORS.contains(named.strip()));
  }

  private static void requireOwnAssets(SavedGraph graph) throws ImportException {
    if (graph.assetFiles().stream().anyMatch(file -> LEADS_OUT.matcher(file).matches())) {
      throw new ImportException(
          "The model names an asset outside its own folder: export it again.");
    }
  }

  private static Set<String> refused(SavedGraph graph) {
    Set<String> refused = new OwnFiles(graph).refused();
    graph.scopes().values().stream()
        .flatMap(nodes -> nodes.values().stream())
        .map(NodeDef::getOp)
        .filter(op -> FORBIDDEN.matcher(op).matches())
        .forEach(refused::add);
    return refused;
  }
}
