package io.lynxeye.quantizer.rewrite;

import io.lynxeye.quantizer.graph.FrozenGraph;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Operations that hand on 8-bit numbers as they are. */
final class Passing {

  private Passing() {}

  static boolean isMaxPool(NodeDef node) {
    return node.getOp().equals("MaxPool")
        && FrozenGraph.isFirst(node.getInput(0))
        && FrozenGraph.isChannelsLast(node)
        && !node.getAttrOrThrow("padding").getS().toStringUtf8().equals("EXPLICIT");
  }

  /** Padding of height and width with zeros. */
  static boolean isPad(NodeDef node, FrozenGraph graph) {
    if (!node.getOp().equals("Pad") || !FrozenGraph.isFirst(node.getInput(0))) {
      return false;
    }
    Optional<int[]> sizes = graph.integers(node.getInput(1));
    return sizes.isPresent()
        && sizes.get().length == 8
        && sizes.get()[0] + sizes.get()[1] + sizes.get()[6] + sizes.get()[7] == 0;
  }
}
