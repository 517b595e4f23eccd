package io.lynxeye.quantizer.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** The order in which nodes can be computed. */
public final class Order {

  private Order() {}

  /** The nodes that the outputs need, each after its inputs. */
  public static List<NodeDef> of(FrozenGraph graph) {
    Set<String> begun = new HashSet<>();
    Set<String> done = new HashSet<>();
    List<NodeDef> order = new ArrayList<>();
    for (String output : graph.outputs()) {
      Deque<String> stack = new ArrayDeque<>(List.of(output));
      while (!stack.isEmpty()) {
        String name = stack.peek();
        NodeDef node = graph.node(name);
        if (begun.add(name)) {
          for (String input : node.getInputList()) {
            if (!begun.contains(FrozenGraph.nodeOf(input))) {
              stack.push(FrozenGraph.nodeOf(input));
            }
          }
        } else {
          stack.pop();
          if (done.add(name)) {
            order.add(node);
          }
        }
      }
    }
    return order;
  }

  /** Whether a node does not depend on another. */
  static boolean before(FrozenGraph graph, String node, String other) {
    Set<String> seen = new HashSet<>(Set.of(node));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (name.equals(other)) {
        return false;
      }
      for (String input : graph.node(name).getInputList()) {
        if (seen.add(FrozenGraph.nodeOf(input))) {
          open.push(FrozenGraph.nodeOf(input));
        }
      }
    }
    return true;
  }
}
