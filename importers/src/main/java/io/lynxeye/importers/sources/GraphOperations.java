package io.lynxeye.importers.sources;

import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Refuses SavedModels whose graph reads or writes files, calls Python or opens connections: in the
 * main graph and in functions. What a SavedModel needs to restore its own variables and tables is
 * allowed, unless a fixed path leads out of its folder. Nothing is run.
 */
public final class GraphOperations {

  private static final Pattern FORBIDDEN =
      Pattern.compile(
          String.join(
              "|",
              "PyFunc|PyFuncStateless|EagerPyFunc",
              "ReadFile|WriteFile|MatchingFiles|PrintV2",
              "(WholeFile|TextLine|FixedLengthRecord|TFRecord|LMDB)Reader(V2)?",
              "(Experimental)?(TextLine|FixedLengthRecord|TFRecord|LMDB|CSV|Sql)Dataset(V2)?",
              "(Experimental)?(MatchingFiles|Snapshot|Save|Load|DataService)Dataset(V[0-9])?",
              "(Experimental)?DatasetToTFRecord|SnapshotDatasetReader|SnapshotChunkDataset",
              "Save|SaveSlices|Restore|RestoreSlice",
              "CreateSummaryFileWriter|CreateSummaryDbWriter|ImportEvent",
              "DebugIdentity(V[0-9])?|DebugNumericSummary(V2)?",
              "RegisterDataset(V2)?|RemoteCall|Rpc.*"));

  /** A SavedModel restores its variables and fills its tables with these. */
  private static final Set<String> OWN_FILES =
      Set.of(
          "RestoreV2",
          "SaveV2",
          "MergeV2Checkpoints",
          "InitializeTableFromTextFile",
          "InitializeTableFromTextFileV2");

  /** Absolute, above the folder, or of another file system. */
  private static final Pattern LEADS_OUT =
      Pattern.compile("(?s)/.*|(.*/)?\\.\\.(/.*)?|[A-Za-z][A-Za-z0-9+.-]*://.*");

  private final Set<String> allowed;

  /**
   * @param allowed operations that are not refused
   */
  public GraphOperations(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /**
   * Checks every SavedModel in a folder.
   *
   * @throws ImportException when an operation is refused, naming it
   */
  public void check(Path folder) throws IOException, ImportException {
    List<Path> graphs;
    try (Stream<Path> files = Files.walk(folder)) {
      graphs = files.filter(GraphOperations::isGraph).toList();
    }
    Set<String> refused = new TreeSet<>();
    for (Path graph : graphs) {
      for (SavedGraph meta : SavedGraph.read(graph)) {
        refused.addAll(refused(meta));
      }
    }
    refused.removeAll(allowed);
    if (!refused.isEmpty()) {
      throw new ImportException(
          "The model uses operations that can reach files, Python or the network: %s. The server's operator can allow them with --allow-operations, or put the model into the store."
              .formatted(String.join(", ", refused)));
    }
  }

  private static boolean isGraph(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (name.endsWith(".pb") || name.endsWith(".pbtxt"));
  }

  private static Set<String> refused(SavedGraph graph) {
    Set<String> refused = new TreeSet<>();
    Set<String> withFiles = functionsWithFiles(graph);
    for (Map<String, NodeDef> scope : graph.scopes().values()) {
      for (NodeDef node : scope.values()) {
        if (FORBIDDEN.matcher(node.getOp()).matches()) {
          refused.add(node.getOp());
        }
        boolean usesFiles =
            OWN_FILES.contains(node.getOp())
                || SavedGraph.functions(node).stream().anyMatch(withFiles::contains);
        if (usesFiles && hasPathOut(node, scope, graph.assets())) {
          refused.add(node.getOp());
        }
      }
    }
    return refused;
  }

  /** The functions that use the model's files, themselves or through functions that they call. */
  private static Set<String> functionsWithFiles(SavedGraph graph) {
    Set<String> found = new HashSet<>();
    boolean grows = true;
    while (grows) {
      grows = false;
      for (Map.Entry<String, Map<String, NodeDef>> scope : graph.scopes().entrySet()) {
        boolean uses =
            scope.getValue().values().stream()
                .anyMatch(
                    node ->
                        OWN_FILES.contains(node.getOp())
                            || SavedGraph.functions(node).stream().anyMatch(found::contains));
        grows |= uses && found.add(scope.getKey());
      }
    }
    return found;
  }

  /** Whether a fixed text that leads out of the model's folder goes into a node. */
  private static boolean hasPathOut(NodeDef node, Map<String, NodeDef> scope, Set<String> assets) {
    Set<String> seen = new HashSet<>();
    Deque<NodeDef> waiting = new ArrayDeque<>(List.of(node));
    while (!waiting.isEmpty()) {
      NodeDef next = waiting.poll();
      if (next.getOp().equals("Const") && !assets.contains(next.getName()) && leadsOut(next)) {
        return true;
      }
      for (String input : next.getInputList()) {
        String producer = input.replaceFirst("^\\^", "").replaceFirst(":.*$", "");
        if (!input.startsWith("^") && seen.add(producer) && scope.containsKey(producer)) {
          waiting.add(scope.get(producer));
        }
      }
    }
    return false;
  }

  private static boolean leadsOut(NodeDef constant) {
    AttrValue value = constant.getAttrMap().get("value");
    if (value == null) {
      return true; // Too large to be a path, and not read.
    }
    return value.getTensor().getDtype() == DataType.DT_STRING
        && value.getTensor().getStringValList().stream()
            .anyMatch(text -> LEADS_OUT.matcher(text.toStringUtf8()).matches());
  }
}
