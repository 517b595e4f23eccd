package io.lynxeye.quantizer.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * Height and width of a value, as far as a graph tells without its shapes: those of another value,
 * changed by some windows. Values with equal sizes have equal heights and widths, and channels as
 * their last dimension where one of them has; unequal ones may have the same all the same.
 *
 * @param root the value that the sizes come from; empty = one position
 * @param height what changed its height
 * @param width what changed its width
 */
record PlaneSize(Optional<String> root, Window height, Window width) {

  /**
   * A window that moves, or several one after the other: a length n becomes floor((n + margin) /
   * stride) + 1.
   *
   * @param margin the padding on both sides, less the length of the window
   */
  record Window(int margin, int stride) {

    private static final Window UNCHANGED = new Window(-1, 1);

    Window then(Window next) {
      return new Window(margin + stride * (1 + next.margin), stride * next.stride);
    }

    private boolean isOneOfOne() {
      return Math.floorDiv(1 + margin, stride) == 0;
    }
  }

  private static final PlaneSize ONE =
      new PlaneSize(Optional.empty(), Window.UNCHANGED, Window.UNCHANGED);

  /** Operations whose result has the shape of their first input. */
  private static final Set<String> ALIKE =
      Set.of(
          "Identity",
          "Relu",
          "Relu6",
          "LeakyRelu",
          "Elu",
          "Selu",
          "Sigmoid",
          "Tanh",
          "BiasAdd",
          "FusedBatchNorm",
          "FusedBatchNormV2",
          "FusedBatchNormV3");

  private static final Set<String> BROADCASTING =
      Set.of("Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum");

  private static final int[] PLANE = {1, 2};

  /** Finds the sizes of a graph's values; keeps them. For one thread. */
  static final class Finder {

    private final FrozenGraph graph;
    private final Map<String, PlaneSize> known = new HashMap<>();

    Finder(FrozenGraph graph) {
      this.graph = graph;
    }

    /** The size of a value, by the name of an input. */
    PlaneSize of(String input) {
      String name = FrozenGraph.nodeOf(input);
      if (!FrozenGraph.isFirst(input)) {
        return root(input);
      }
      PlaneSize size = known.get(name);
      if (size == null) {
        size = find(graph.node(name));
        known.put(name, size);
      }
      return size;
    }

    private static PlaneSize root(String value) {
      return new PlaneSize(Optional.of(value), Window.UNCHANGED, Window.UNCHANGED);
    }

    private PlaneSize find(NodeDef node) {
      String op = node.getOp();
      if (ALIKE.contains(op)) {
        return of(node.getInput(0));
      }
      if (BROADCASTING.contains(op)) {
        return broadcast(node);
      }
      Optional<PlaneSize> found =
          switch (op) {
            case "Conv2D", "DepthwiseConv2dNative" -> filtered(node);
            case "MaxPool", "AvgPool" -> window(node, sizes(node, "ksize"));
            case "Pad" -> padded(node);
            case "Mean" -> mean(node);
            case "Reshape" -> reshaped(node);
            default -> Optional.empty();
          };
      return found.orElseGet(() -> root(node.getName()));
    }

    /** A sum or product. What has one position, or one number per channel, takes any size on. */
    private PlaneSize broadcast(NodeDef node) {
      Optional<PlaneSize> one = operand(node.getInput(0));
      Optional<PlaneSize> other = operand(node.getInput(1));
      if (one.isEmpty() || other.isEmpty() || one.equals(other)) {
        return one.or(() -> other).orElseGet(() -> root(node.getName()));
      }
      return one.get().equals(ONE)
          ? other.get()
          : other.get().equals(ONE) ? one.get() : root(node.getName());
    }

    /** Empty for a constant that changes no size. */
    private Optional<PlaneSize> operand(String input) {
      return graph.constant(input).filter(Finder::isPerChannel).isPresent()
          ? Optional.empty()
          : Optional.of(of(input));
    }

    private static boolean isPerChannel(Constant constant) {
      int rank = constant.shape().size();
      return rank == 0 || (rank <= 4 && constant.last() == constant.values().length);
    }

    private Optional<PlaneSize> filtered(NodeDef node) {
      return graph
          .constant(node.getInput(1))
          .flatMap(
              filter ->
                  window(
                      node,
                      List.of(1L, (long) filter.shape().get(0), (long) filter.shape().get(1), 1L)));
    }

    /** What a window makes of the size of a node's first input. */
    private Optional<PlaneSize> window(NodeDef node, List<Long> lengths) {
      if (!FrozenGraph.isChannelsLast(node)) {
        return Optional.empty();
      }
      List<Long> strides = sizes(node, "strides");
      List<Long> dilations = sizes(node, "dilations");
      String padding = node.getAttrOrThrow("padding").getS().toStringUtf8();
      List<Long> explicit = sizes(node, "explicit_paddings");
      Window[] windows = new Window[PLANE.length];
      for (int i = 0; i < windows.length; i++) {
        int axis = PLANE[i];
        long dilation = dilations.isEmpty() ? 1 : dilations.get(axis);
        long length = (lengths.get(axis) - 1) * dilation + 1;
        long margin =
            switch (padding) {
              case "SAME" -> -1; // The stride alone counts: ceil(n / stride).
              case "VALID" -> -length;
              default -> explicit.get(2 * axis) + explicit.get(2 * axis + 1) - length;
            };
        windows[i] = new Window(Math.toIntExact(margin), strides.get(axis).intValue());
      }
      return Optional.of(of(node.getInput(0)).through(windows[0], windows[1]));
    }

    private static List<Long> sizes(NodeDef node, String key) {
      return node.getAttrOrDefault(key, AttrValue.getDefaultInstance()).getList().getIList();
    }

    private Optional<PlaneSize> padded(NodeDef node) {
      return graph
          .integers(node.getInput(1))
          .filter(sizes -> sizes.length == 8)
          .filter(sizes -> sizes[0] + sizes[1] + sizes[6] + sizes[7] == 0)
          .map(
              sizes ->
                  of(node.getInput(0))
                      .through(
                          new Window(sizes[2] + sizes[3] - 1, 1),
                          new Window(sizes[4] + sizes[5] - 1, 1)));
    }

    /** The mean of all positions. */
    private Optional<PlaneSize> mean(NodeDef node) {
      boolean isKept = node.getAttrOrDefault("keep_dims", AttrValue.getDefaultInstance()).getB();
      return graph
          .integers(node.getInput(1))
          .filter(axes -> isKept && Arrays.equals(axes, PLANE))
          .map(axes -> ONE);
    }

    /** To [n, 1, 1, channels], as after a mean that does not keep its dimensions. */
    private Optional<PlaneSize> reshaped(NodeDef node) {
      Optional<int[]> sizes = graph.integers(node.getInput(1));
      if (sizes.isPresent()) {
        int[] all = sizes.get();
        return Optional.of(ONE).filter(one -> all.length == 4 && all[1] == 1 && all[2] == 1);
      }
      NodeDef shape = graph.node(node.getInput(1));
      boolean isOne =
          shape.getOp().equals("Pack")
              && shape.getAttrOrThrow("N").getI() == 4
              && Arrays.stream(PLANE)
                  .allMatch(
                      axis ->
                          graph
                              .integers(shape.getInput(axis))
                              .filter(size -> Arrays.equals(size, new int[] {1}))
                              .isPresent());
      return Optional.of(ONE).filter(one -> isOne);
    }
  }

  private PlaneSize through(Window high, Window wide) {
    return equals(ONE) && high.isOneOfOne() && wide.isOneOfOne()
        ? ONE
        : new PlaneSize(root, height.then(high), width.then(wide));
  }
}
