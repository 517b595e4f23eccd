package io.lynxeye.importers.sources;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * Checks which files a SavedModel restores its variables from and fills its tables from. That may
 * happen only when TensorFlow loads it, and from a path that comes, unchanged, from what TensorFlow
 * feeds then: the name of the checkpoint or of an asset. A path that the graph holds is not the
 * model's own, even a relative one, which begins at the server's folder; nor is one that is
 * computed or that a request brings. What neither the load nor a request runs is not checked:
 * exports hold what saved them.
 */
final class OwnFiles {

  /** Which input is the path; none = it writes. */
  private static final Map<String, Optional<Integer>> PATHS =
      Map.of(
          "RestoreV2", Optional.of(0),
          "InitializeTableFromTextFile", Optional.of(1),
          "InitializeTableFromTextFileV2", Optional.of(1),
          "SaveV2", Optional.empty(),
          "MergeV2Checkpoints", Optional.empty());

  /** They pass on their inputs as the arguments. */
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  private final SavedGraph graph;

  /** A node of the main graph or of a function. */
  private record Place(String scope, String name) {}

  OwnFiles(SavedGraph graph) {
    this.graph = graph;
  }

  /** The operations that could use other files, or any file while they answer a request. */
  Set<String> refused() {
    Set<String> refused = new TreeSet<>();
    for (Place place : run(graph.served())) {
      String op = node(place).getOp();
      if (PATHS.containsKey(op)) {
        refused.add(op);
      }
    }
    for (Place place : run(graph.loaded())) {
      NodeDef node = node(place);
      Optional<Integer> path = PATHS.get(node.getOp());
      if (path != null
          && (path.isEmpty() || !isOwn(place.scope, node, path.get(), new HashSet<>()))) {
        refused.add(node.getOp());
      }
    }
    return refused;
  }

  private NodeDef node(Place place) {
    return graph.scopes().getOrDefault(place.scope, Map.of()).get(place.name);
  }

  /** What runs so that these nodes of the main graph do. */
  private Set<Place> run(Set<String> names) {
    Set<Place> found = new LinkedHashSet<>();
    Deque<Place> waiting = new ArrayDeque<>();
    names.forEach(name -> waiting.add(new Place(SavedGraph.MAIN, name)));
    while (!waiting.isEmpty()) {
      Place place = waiting.poll();
      NodeDef node = node(place);
      if (node == null || !found.add(place)) {
        continue;
      }
      for (String input : node.getInputList()) {
        waiting.add(new Place(place.scope, SavedGraph.producer(input)));
      }
      for (String called : SavedGraph.functions(node)) {
        String scope = SavedGraph.scope(called);
        for (String inner : graph.scopes().getOrDefault(scope, Map.of()).keySet()) {
          waiting.add(new Place(scope, inner));
        }
      }
    }
    return found;
  }

  /**
   * Whether an input comes from what TensorFlow feeds.
   *
   * @param seen what was looked at before: each of it has to come from there
   */
  private boolean isOwn(String scope, NodeDef user, int input, Set<Place> seen) {
    List<String> values = SavedGraph.values(user);
    if (input >= values.size()) {
      return false;
    }
    Place place = new Place(scope, SavedGraph.producer(values.get(input)));
    if (scope.equals(SavedGraph.MAIN) && graph.fed().contains(place.name)) {
      return true;
    }
    NodeDef node = node(place);
    if (node == null) {
      return false;
    }
    if (!seen.add(place)) {
      return true;
    }
    return switch (node.getOp()) {
      case "Identity" -> isOwn(scope, node, 0, seen);
      case "ReadVariableOp" -> scope.equals(SavedGraph.MAIN) && isOfAsset(node, seen);
      case SavedGraph.ARGUMENT -> isOwnArgument(scope, node, seen);
      default -> false;
    };
  }

  /** Every call of the function has to pass it such a path. */
  private boolean isOwnArgument(String scope, NodeDef argument, Set<Place> seen) {
    int index = (int) argument.getAttrOrThrow(SavedGraph.INDEX).getI();
    return graph.scopes().entrySet().stream()
        .allMatch(
            caller ->
                caller.getValue().values().stream()
                    .filter(call -> calls(call, scope))
                    .allMatch(
                        call ->
                            (CALLS.contains(call.getOp())
                                    || SavedGraph.scope(call.getOp()).equals(scope))
                                && isOwn(caller.getKey(), call, index, seen)));
  }

  private static boolean calls(NodeDef node, String scope) {
    return SavedGraph.functions(node).stream().map(SavedGraph::scope).anyMatch(scope::equals);
  }

  /** TensorFlow 2 keeps the path of an asset in a variable, which nothing else may change. */
  private boolean isOfAsset(NodeDef read, Set<Place> seen) {
    Map<String, NodeDef> main = graph.scopes().get(SavedGraph.MAIN);
    List<String> values = SavedGraph.values(read);
    NodeDef variable = values.isEmpty() ? null : main.get(SavedGraph.producer(values.get(0)));
    return variable != null
        && variable.getOp().equals("VarHandleOp")
        && isAlone(variable)
        && main.values().stream()
            .filter(node -> uses(node, variable))
            .allMatch(user -> keepsAsset(user, seen));
  }

  private static boolean uses(NodeDef node, NodeDef variable) {
    return SavedGraph.values(node).stream()
        .anyMatch(input -> SavedGraph.producer(input).equals(variable.getName()));
  }

  private boolean keepsAsset(NodeDef user, Set<Place> seen) {
    return switch (user.getOp()) {
      case "ReadVariableOp", "VarIsInitializedOp" -> true;
      case "AssignVariableOp" -> isOwn(SavedGraph.MAIN, user, 1, seen);
      default -> false;
    };
  }

  /** Whether no other node has a handle of the same variable. */
  private boolean isAlone(NodeDef variable) {
    return graph.scopes().values().stream()
            .flatMap(nodes -> nodes.values().stream())
            .filter(node -> node.getOp().equals("_VarHandlesOp") || isSame(node, variable))
            .count()
        == 1;
  }

  private static boolean isSame(NodeDef node, NodeDef variable) {
    return node.getOp().equals("VarHandleOp") && shared(node).equals(shared(variable));
  }

  private static String shared(NodeDef variable) {
    String name =
        variable
            .getAttrOrDefault("shared_name", AttrValue.getDefaultInstance())
            .getS()
            .toStringUtf8();
    return name.isEmpty() ? variable.getName() : name;
  }
}
