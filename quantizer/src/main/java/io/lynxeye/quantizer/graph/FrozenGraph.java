package io.lynxeye.quantizer.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a graph without variables, and which node uses whose values. A control dependency
 * ({@code ^node}) uses no value.
 */
public final class FrozenGraph {

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, List<NodeDef>> users = new HashMap<>();
  private final Set<String> outputs = new LinkedHashSet<>();
  private final Set<String> roots = new LinkedHashSet<>();

  /** Nodes of which a later output is used, so that their names alone do not denote them. */
  private final Set<String> several = new HashSet<>();

  /**
   * A graph of which every node serves its outputs.
   *
   * @param all its nodes, in any order
   * @param fetched the values that are fetched: {@code node}, or {@code node:1} for a later output
   */
  public FrozenGraph(Collection<NodeDef> all, Set<String> fetched) {
    this(all, fetched, Set.of());
  }

  /**
   * A graph.
   *
   * @param kept nodes that must stay for other reasons: inputs, what initialises it
   */
  public FrozenGraph(Collection<NodeDef> all, Set<String> fetched, Set<String> kept) {
    for (NodeDef node : all) {
      nodes.put(node.getName(), node);
      for (String input : node.getInputList()) {
        if (!input.startsWith("^")) {
          users.computeIfAbsent(nodeOf(input), unseen -> new ArrayList<>()).add(node);
          note(input);
        }
      }
    }
    for (String output : fetched) {
      outputs.add(nodeOf(output));
      note(output);
    }
    roots.addAll(outputs);
    kept.stream().filter(nodes::containsKey).forEach(roots::add);
  }

  private void note(String value) {
    if (!isFirst(value)) {
      several.add(nodeOf(value));
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
    return Collections.unmodifiableSet(outputs);
  }

  /** The nodes that every form of the graph must have, with all that they need. */
  public Set<String> roots() {
    return Collections.unmodifiableSet(roots);
  }

  /** Whether a value is used that is not the first output of this node. */
  public boolean hasLaterUsers(String name) {
    return several.contains(name);
  }

  /** The nodes that use a value of a node, once for each use. */
  public List<NodeDef> users(String name) {
    return users.getOrDefault(name, List.of());
  }

  /**
   * The node that is the only one to use the first output of a node. Empty if another output is
   * used too, or any is fetched.
   */
  public Optional<NodeDef> onlyUser(String name) {
    List<NodeDef> all = users(name);
    boolean isOnly = all.size() == 1 && !outputs.contains(name) && !hasLaterUsers(name);
    return isOnly ? Optional.of(all.get(0)) : Optional.empty();
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
