package io.lynxeye.quantizer.rewrite;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.Layer.Activation;
import io.lynxeye.quantizer.graph.Layer.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.NodeDef;

/**
 * Makes the channels of an activation equally large, so that one scale fits all of them: a channel
 * is divided by a number in the layers that compute it, and multiplied by it in those that read it.
 * In float32, the model stays the same. Values that are added, pooled or padded share their
 * numbers; what ends in another operation, or in a Relu6, is left alone.
 */
public final class Equalization {

  private static final Set<String> HOMOGENEOUS = Set.of("MaxPool", "AvgPool", "Identity", "Relu");
  private static final int[] PLANE = {1, 2};
  private static final float LEAST = 1e-4f;

  /**
   * A model with other numbers.
   *
   * @param layers by output
   * @param ranges by value
   */
  public record Equalized(Map<String, Layer> layers, Map<String, ChannelRange> ranges) {}

  private final FrozenGraph graph;
  private final Map<String, Layer> layers;
  private final Map<String, ChannelRange> ranges;
  private final Map<String, String> parents = new HashMap<>();
  private final Set<String> fixed = new HashSet<>();

  private Equalization(
      FrozenGraph graph, Map<String, Layer> layers, Map<String, ChannelRange> ranges) {
    this.graph = graph;
    this.layers = layers;
    this.ranges = ranges;
  }

  /**
   * Equalises.
   *
   * @param strength from 0, where the weights get all of the differences... to 1, where the
   *     activations lose all of theirs
   */
  public static Equalized of(
      FrozenGraph graph,
      Map<String, Layer> layers,
      Map<String, ChannelRange> ranges,
      double strength) {
    Equalization equalization = new Equalization(graph, layers, ranges);
    equalization.group();
    return equalization.apply(strength);
  }

  private String root(String value) {
    String parent = parents.getOrDefault(value, value);
    return parent.equals(value) ? value : root(parent);
  }

  private void join(String one, String other) {
    parents.put(root(one), root(other));
  }

  /** Joins values that must share their numbers, and finds those that cannot change. */
  private void group() {
    for (Layer layer : layers.values()) {
      if (layer.activation() == Activation.RELU6) {
        fixed.add(layer.output());
      }
      layer.summand().ifPresent(summand -> join(summand, layer.output()));
      fixUnlessReadByLayers(layer.output(), new HashSet<>());
      layer.summand().ifPresent(this::fixUnlessComputedByLayer);
    }
    for (Layer layer : layers.values()) {
      fixUnlessComputedByLayer(FrozenGraph.nodeOf(layer.input()));
    }
  }

  /** Follows a value to its users; joins those that hand it on. */
  private void fixUnlessReadByLayers(String value, Set<String> seen) {
    if (!seen.add(value)) {
      return;
    }
    if (graph.outputs().contains(value)) {
      fixed.add(value);
    }
    for (NodeDef user : graph.users(value)) {
      if (isRead(value, user)) {
        continue;
      }
      if (isHomogeneous(user) && FrozenGraph.nodeOf(user.getInput(0)).equals(value)) {
        join(user.getName(), value);
        fixUnlessReadByLayers(user.getName(), seen);
      } else {
        fixed.add(value);
      }
    }
  }

  /** Whether each channel of its result depends on the same channel of its input alone. */
  private boolean isHomogeneous(NodeDef node) {
    return switch (node.getOp()) {
      case "Pad" -> Passing.isPad(node, graph);
      case "Mean" ->
          graph
              .integers(node.getInput(1))
              .filter(axes -> Arrays.equals(Arrays.stream(axes).sorted().toArray(), PLANE))
              .isPresent();
      default -> HOMOGENEOUS.contains(node.getOp());
    };
  }

  /** Whether a node is the operation of a layer on this value, or the sum inside one. */
  private boolean isRead(String value, NodeDef user) {
    return layers.values().stream()
        .anyMatch(
            layer ->
                layer.sum().filter(user.getName()::equals).isPresent()
                    || (layer.name().equals(user.getName())
                        && FrozenGraph.nodeOf(user.getInput(0)).equals(value)));
  }

  private void fixUnlessComputedByLayer(String value) {
    if (layers.containsKey(value)) {
      return;
    }
    NodeDef node = graph.node(value);
    if (isHomogeneous(node)) {
      join(value, FrozenGraph.nodeOf(node.getInput(0)));
      fixUnlessComputedByLayer(FrozenGraph.nodeOf(node.getInput(0)));
    } else {
      fixed.add(value);
    }
  }

  private Equalized apply(double strength) {
    Map<String, List<String>> groups = new TreeMap<>();
    ranges.keySet().forEach(v -> groups.computeIfAbsent(root(v), r -> new ArrayList<>()).add(v));
    Set<String> fixedRoots = new HashSet<>();
    fixed.forEach(value -> fixedRoots.add(root(value)));
    Map<String, float[]> scales = new HashMap<>();
    groups.forEach(
        (root, values) -> {
          if (!fixedRoots.contains(root)) {
            scales.put(root, scales(root, values, strength));
          }
        });
    Map<String, Layer> others = new LinkedHashMap<>();
    layers.forEach((output, layer) -> others.put(output, scaled(layer, scales)));
    Map<String, ChannelRange> otherRanges = new HashMap<>();
    ranges.forEach(
        (value, range) ->
            otherRanges.put(
                value,
                scales.containsKey(root(value))
                    ? range.dividedBy(scales.get(root(value)))
                    : range));
    return new Equalized(others, otherRanges);
  }

  private float[] scales(String root, List<String> values, double strength) {
    int channels = ranges.get(values.get(0)).max().length;
    float[] activations = new float[channels];
    for (String value : values) {
      ChannelRange range = ranges.get(value);
      for (int i = 0; i < channels; i++) {
        activations[i] =
            Math.max(activations[i], range.magnitude(i) / Math.max(range.magnitude(), 1e-9f));
      }
    }
    float[] weights = new float[channels];
    for (Layer layer : layers.values()) {
      if (root(FrozenGraph.nodeOf(layer.input())).equals(root)) {
        largest(weights, relative(layer));
      }
    }
    float[] scales = new float[channels];
    for (int i = 0; i < channels; i++) {
      scales[i] =
          (float)
              (Math.pow(Math.max(activations[i], LEAST), strength)
                  / Math.pow(Math.max(weights[i], LEAST), 1 - strength));
    }
    return scales;
  }

  /** The largest weight of each input channel, as a share of the largest of its output channel. */
  private static float[] relative(Layer layer) {
    Constant weights = layer.weights();
    int inputs = weights.shape().get(weights.shape().size() - 2);
    float[] largest = new float[inputs];
    if (layer.kind() == Kind.DEPTHWISE) {
      Arrays.fill(largest, 1); // Each channel has a scale of its own.
      return largest;
    }
    float[] limits = weights.largestPerLast();
    for (int i = 0; i < weights.values().length; i++) {
      int in = (i / limits.length) % inputs;
      float limit = Math.max(limits[i % limits.length], 1e-9f);
      largest[in] = Math.max(largest[in], Math.abs(weights.values()[i]) / limit);
    }
    return largest;
  }

  private static void largest(float[] into, float[] values) {
    for (int i = 0; i < into.length; i++) {
      into[i] = Math.max(into[i], values[i]);
    }
  }

  private Layer scaled(Layer layer, Map<String, float[]> scales) {
    float[] in = scales.get(root(FrozenGraph.nodeOf(layer.input())));
    float[] out = scales.get(root(layer.output()));
    float[] weights = layer.weights().values().clone();
    float[] bias = layer.bias().clone();
    int outputs = layer.kind() == Kind.DEPTHWISE ? 1 : layer.channels();
    for (int i = 0; i < weights.length; i++) {
      if (in != null) {
        weights[i] *= in[(i / outputs) % in.length];
      }
      if (out != null) {
        weights[i] /= out[i % layer.channels()];
      }
    }
    for (int i = 0; out != null && i < bias.length; i++) {
      bias[i] /= out[i];
    }
    return layer.with(layer.weights().with(weights), bias);
  }
}
