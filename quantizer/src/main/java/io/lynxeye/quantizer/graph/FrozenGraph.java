package io.lynxeye.quantizer.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import org.tensorflow.proto.NodeDef;

/** The nodes of a graph without variables, and which node uses which. */
public final class FrozenGraph {

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, List<NodeDef>> users = new HashMap<>();
  private final Set<String> outputs;

  /**
   * @param all its nodes, in any order
   * @param outputs the nodes whose values are fetched
   */
  public FrozenGraph(Collection<NodeDef> all, Set<String> outputs) {
    this.outputs = Set.copyOf(outputs);
    for (NodeDef node : all) {
      nodes.put(node.getName(), node);
      for (String input : node.getInputList()) {
        users.computeIfAbsent(nodeOf(input), unseen -> new ArrayList<>()).add(node);
      }
    }
  }

  /** The node that an input names: without {@code ^} and the number of the output. */
  public static String nodeOf(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.lastIndexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /** Whether an input is the first output of its node, so that the node's name denotes it. */
  public static boolean isFirst(String input) {
    return !input.startsWith("^") && (input.indexOf(':') < 0 || input.endsWith(":0"));
  }

  /** Whether channels come last, as they do where a node does not say so. */
  public static boolean isChannelsLast(NodeDef node) {
    return !node.containsAttr("data_format")
        || node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NHWC");
  }

  /** The node of this name, or of an input. */
  public NodeDef node(String input) {
    NodeDef node = nodes.get(nodeOf(input));
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node " + input);
    }
    return node;
  }

  /** All nodes, in the order of the file. */
  public Collection<NodeDef> nodes() {
    return nodes.values();
  }

  /** The nodes whose values are fetched. */
  public Set<String> outputs() {
    return outputs;
  }

  /** The nodes that use a node, once for each use. */
  public List<NodeDef> users(String name) {
    return users.getOrDefault(name, List.of());
  }

  /** The node that is the only one to use a value, which is not fetched either. */
  public Optional<NodeDef> onlyUser(String name) {
    List<NodeDef> all = users(name);
    return all.size() == 1 && !outputs.contains(name) ? Optional.of(all.get(0)) : Optional.empty();
  }

  /**
   * The value of an input, if it is a constant of float32, or calculated from such: exporters write
   * batch normalisation in several ways.
   */
  public Optional<Constant> constant(String input) {
    NodeDef node = nodes.get(nodeOf(input));
    if (node == null || input.startsWith("^")) {
      return Optional.empty();
    }
    return switch (node.getOp()) {
      case "Const" -> Constant.of(node);
      case "Identity" -> constant(node.getInput(0));
      case "Rsqrt" -> constant(node.getInput(0)).map(value -> value.each(x -> 1 / Math.sqrt(x)));
      case "Add", "AddV2" -> both(node, (x, y) -> x + y);
      case "Sub" -> both(node, (x, y) -> x - y);
      case "Mul" -> both(node, (x, y) -> x * y);
      default -> Optional.empty();
    };
  }

  private Optional<Constant> both(NodeDef node, DoubleBinaryOperator operator) {
    Optional<Constant> one = constant(node.getInput(0));
    return one.isEmpty()
        ? one
        : constant(node.getInput(1)).flatMap(other -> one.get().with(other, operator));
  }

  /** The value of an input, if it is a constant of int32. */
  public Optional<int[]> integers(String input) {
    return source(input).flatMap(Constant::integers);
  }

  private Optional<NodeDef> source(String input) {
    NodeDef node = nodes.get(nodeOf(input));
    while (node != null && node.getOp().equals("Identity")) {
      node = nodes.get(nodeOf(node.getInput(0)));
    }
    return Optional.ofNullable(node).filter(found -> found.getOp().equals("Const"));
  }
}
