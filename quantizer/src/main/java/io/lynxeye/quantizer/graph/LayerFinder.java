package io.lynxeye.quantizer.graph;

import io.lynxeye.quantizer.graph.Layer.Activation;
import io.lynxeye.quantizer.graph.Layer.Kind;
import io.lynxeye.quantizer.graph.Layer.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Finds the layers of a graph. What it does not understand stays as it is. */
public final class LayerFinder {

  private static final Map<String, Kind> KINDS =
      Map.of(
          "Conv2D", Kind.CONVOLUTION,
          "DepthwiseConv2dNative", Kind.DEPTHWISE,
          "MatMul", Kind.MATRIX);

  /**
   * What was found.
   *
   * @param layers by the node whose value they compute, in the order of their operations
   * @param skipped why an operation is no layer, by its name
   */
  public record Found(Map<String, Layer> layers, Map<String, String> skipped) {

    /**
     * Without what the graph itself does not show: grouped convolutions, whose filters read a part
     * of the channels each, and sums with a value of other channels.
     *
     * @param channels of each layer's input and summand, by its name
     */
    public Found fitting(Map<String, Integer> channels) {
      Map<String, Layer> plain = new LinkedHashMap<>(layers);
      Map<String, String> reasons = new LinkedHashMap<>(skipped);
      for (Layer layer : layers.values()) {
        objection(layer, channels)
            .ifPresent(
                reason -> {
                  plain.remove(layer.output());
                  reasons.put(layer.name(), reason);
                });
      }
      return new Found(plain, reasons);
    }

    private static Optional<String> objection(Layer layer, Map<String, Integer> channels) {
      if (layer.kind() == Kind.CONVOLUTION
          && !has(channels, layer.input(), layer.weights().shape().get(2))) {
        return Optional.of("a grouped convolution");
      }
      return layer
          .summand()
          .filter(summand -> !has(channels, summand, layer.channels()))
          .map(summand -> "a sum of values with different channels");
    }

    private static boolean has(Map<String, Integer> channels, String value, int count) {
      return channels.getOrDefault(value, count) == count;
    }
  }

  private final FrozenGraph graph;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final Set<String> absorbed = new HashSet<>();
  private final PlaneSize.Finder sizes;

  private LayerFinder(FrozenGraph graph) {
    this.graph = graph;
    this.sizes = new PlaneSize.Finder(graph);
  }

  /** Finds all layers. */
  public static Found find(FrozenGraph graph) {
    LayerFinder finder = new LayerFinder(graph);
    for (NodeDef node : Order.of(graph)) {
      if (KINDS.containsKey(node.getOp())) {
        finder.inspect(node, KINDS.get(node.getOp()));
      }
    }
    return new Found(finder.layers, finder.skipped);
  }

  private void inspect(NodeDef node, Kind kind) {
    Optional<Constant> weights = graph.constant(node.getInput(1));
    Optional<String> objection = objection(node, kind, weights);
    if (objection.isPresent()) {
      skipped.put(node.getName(), objection.get());
      return;
    }
    Layer layer = new Chain(node, kind, weights.orElseThrow()).layer();
    layers.put(layer.output(), layer);
  }

  private Optional<String> objection(NodeDef node, Kind kind, Optional<Constant> weights) {
    if (node.getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType() != DataType.DT_FLOAT) {
      return Optional.of("not of float32");
    }
    if (weights.isEmpty()) {
      return Optional.of("its weights are not constant");
    }
    if (readsLaterOutput(node)) {
      return Optional.of("its input is not the first output of an operation");
    }
    if (kind == Kind.MATRIX) {
      return isSet(node, "transpose_a") || isSet(node, "transpose_b")
          ? Optional.of("a transposed matrix")
          : Optional.empty();
    }
    if (!FrozenGraph.isChannelsLast(node)) {
      return Optional.of("not in the layout NHWC");
    }
    if (kind == Kind.DEPTHWISE && weights.get().last() != 1) {
      return Optional.of("several filters per channel");
    }
    return Optional.empty();
  }

  private static boolean isSet(NodeDef node, String flag) {
    return node.getAttrOrDefault(flag, AttrValue.getDefaultInstance()).getB();
  }

  /** Whether it reads, itself or through a {@code Pad}, a value that no node's name denotes. */
  private boolean readsLaterOutput(NodeDef node) {
    String input = node.getInput(0);
    NodeDef source = graph.node(input);
    return !FrozenGraph.isFirst(input)
        || (source.getOp().equals("Pad") && !FrozenGraph.isFirst(source.getInput(0)));
  }

  /** One layer while its nodes are followed from the operation on. */
  private final class Chain {

    private final NodeDef operation;
    private final Kind kind;
    private Constant weights;
    private float[] bias;
    private String end;
    private Optional<String> sum = Optional.empty();
    private Optional<String> summand = Optional.empty();
    private Activation activation = Activation.NONE;

    Chain(NodeDef operation, Kind kind, Constant weights) {
      this.operation = operation;
      this.kind = kind;
      this.weights = weights;
      this.end = operation.getName();
      this.bias = new float[kind == Kind.DEPTHWISE ? weights.shape().get(2) : weights.last()];
    }

    Layer layer() {
      boolean isGrowing = true;
      while (isGrowing) {
        Optional<NodeDef> next =
            graph.onlyUser(end).filter(user -> !absorbed.contains(user.getName()));
        isGrowing = next.isPresent() && absorb(next.get());
      }
      Optional<Edge> edge = kind == Kind.MATRIX ? Optional.empty() : pad();
      Padding padding = edge.map(Edge::padding).orElseGet(this::ownPadding);
      String input = FrozenGraph.nodeOf(edge.map(Edge::input).orElse(operation.getInput(0)));
      return new Layer(
          operation, kind, input, end, weights, bias, sum, summand, activation, padding);
    }

    private Padding ownPadding() {
      return kind == Kind.MATRIX
          ? new Padding("VALID", List.of())
          : new Padding(
              operation.getAttrOrThrow("padding").getS().toStringUtf8(),
              operation
                  .getAttrOrDefault("explicit_paddings", AttrValue.getDefaultInstance())
                  .getList()
                  .getIList());
    }

    private boolean absorb(NodeDef node) {
      if (graph.hasLaterUsers(node.getName())) {
        return false; // Its other outputs are used, which a layer does not have.
      }
      boolean fits =
          switch (node.getOp()) {
            case "Identity" -> true;
            case "BiasAdd" -> isBias(node);
            case "Add", "AddV2" -> isBias(node) || isSum(node);
            case "Mul" -> isScaled(node);
            case "FusedBatchNormV3", "FusedBatchNormV2", "FusedBatchNorm" -> isNormalised(node);
            case "Relu" -> activate(Activation.RELU);
            case "Relu6" -> activate(Activation.RELU6);
            default -> false;
          };
      if (fits) {
        end = node.getName();
        absorbed.add(end);
      }
      return fits;
    }

    private boolean isOpen() {
      return activation == Activation.NONE && summand.isEmpty();
    }

    private boolean activate(Activation wanted) {
      if (activation != Activation.NONE) {
        return false;
      }
      activation = wanted;
      return true;
    }

    private String other(NodeDef add) {
      return FrozenGraph.nodeOf(add.getInput(0)).equals(end) ? add.getInput(1) : add.getInput(0);
    }

    private boolean isBias(NodeDef node) {
      Optional<Constant> added = graph.constant(other(node));
      if (!isOpen()
          || added.isEmpty()
          || !isPerChannel(added.get())
          || !FrozenGraph.isChannelsLast(node)) {
        return false;
      }
      bias = sum(bias, added.get().values());
      return true;
    }

    /** Whether it has one number for each channel, and channels are its last dimension. */
    private boolean isPerChannel(Constant constant) {
      int rank = constant.shape().size();
      return constant.values().length == bias.length
          && rank <= (kind == Kind.MATRIX ? 2 : 4)
          && (rank == 0 || constant.last() == bias.length);
    }

    private boolean isSum(NodeDef node) {
      String other = other(node);
      if (!isOpen()
          || kind != Kind.CONVOLUTION // The others have no sum in int8.
          || graph.constant(other).isPresent()
          || !FrozenGraph.isFirst(other)
          || FrozenGraph.nodeOf(other).equals(end)
          || isInput(other)
          || !isEarlier(other)
          || !sizes.of(other).equals(sizes.of(end))) { // Int8 adds values of one shape only.
        return false;
      }
      sum = Optional.of(node.getName());
      summand = Optional.of(FrozenGraph.nodeOf(other));
      return true;
    }

    /**
     * Whether this layer reads the value itself. TensorFlow writes a sum into the memory of its
     * summand: if that is the input too, the process crashes.
     */
    private boolean isInput(String other) {
      String input = pad().map(Edge::input).orElse(operation.getInput(0));
      return FrozenGraph.nodeOf(input).equals(FrozenGraph.nodeOf(other));
    }

    /**
     * Whether a value is computed before this layer: it does not depend on a convolution that comes
     * later, which takes the sum over instead.
     */
    private boolean isEarlier(String other) {
      return Order.before(graph, FrozenGraph.nodeOf(other), operation.getName());
    }

    /** A product with one number per channel: a part of batch normalisation. */
    private boolean isScaled(NodeDef node) {
      Optional<Constant> factors = graph.constant(other(node));
      if (!isOpen() || factors.isEmpty() || !isPerChannel(factors.get())) {
        return false;
      }
      scale(factors.get().values());
      for (int i = 0; i < bias.length; i++) {
        bias[i] *= factors.get().values()[i];
      }
      return true;
    }

    private void scale(float[] factors) {
      float[] scaled = new float[weights.values().length];
      for (int i = 0; i < scaled.length; i++) { // Of a depthwise convolution, the last size is 1.
        scaled[i] = weights.values()[i] * factors[i % factors.length];
      }
      weights = weights.with(scaled);
    }

    private boolean isNormalised(NodeDef node) {
      boolean isTraining =
          node.getAttrOrDefault("is_training", AttrValue.newBuilder().setB(true).build()).getB();
      List<Constant> numbers = new ArrayList<>();
      for (int i = 1; i < 5; i++) {
        graph.constant(node.getInput(i)).ifPresent(numbers::add);
      }
      if (!isOpen()
          || isTraining
          || numbers.size() < 4
          || numbers.stream().anyMatch(constant -> constant.values().length != bias.length)
          || !FrozenGraph.isChannelsLast(node)) {
        return false;
      }
      float epsilon =
          node.getAttrOrDefault("epsilon", AttrValue.newBuilder().setF(1e-4f).build()).getF();
      float[] factors = new float[bias.length];
      float[] shifted = new float[bias.length];
      for (int i = 0; i < bias.length; i++) {
        float scale = numbers.get(0).values()[i];
        factors[i] = (float) (scale / Math.sqrt(numbers.get(3).values()[i] + (double) epsilon));
        shifted[i] =
            (bias[i] - numbers.get(2).values()[i]) * factors[i] + numbers.get(1).values()[i];
      }
      scale(factors);
      bias = shifted;
      return true;
    }

    /** A {@code Pad} with zeros before the convolution, as the convolution's own padding. */
    private Optional<Edge> pad() {
      NodeDef pad = graph.node(operation.getInput(0));
      if (!pad.getOp().equals("Pad")
          || !operation.getAttrOrThrow("padding").getS().toStringUtf8().equals("VALID")) {
        return Optional.empty();
      }
      Optional<int[]> sizes = graph.integers(pad.getInput(1));
      boolean isPlane =
          sizes.isPresent()
              && sizes.get().length == 8
              && sizes.get()[0] + sizes.get()[1] + sizes.get()[6] + sizes.get()[7] == 0;
      return isPlane
          ? Optional.of(
              new Edge(
                  pad.getInput(0),
                  new Padding(
                      "EXPLICIT",
                      Arrays.stream(sizes.get()).mapToObj(size -> (long) size).toList())))
          : Optional.empty();
    }
  }

  private record Edge(String input, Padding padding) {}

  private static float[] sum(float[] one, float[] other) {
    float[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }
}
