package io.lynxeye.quantizer.rewrite;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.Order;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Writes a graph with some of its layers in int8. It starts from the outputs and writes what they
 * need, in float32 or in 8 bits, whichever a user asks for; a value exists in both only where it is
 * used in both.
 *
 * <p>A value that may be negative is written in one of two forms. Signed, it has 7 bits on either
 * side of zero. Shifted, each channel has a constant added that makes it positive, which the next
 * layer's bias takes off again: all 8 bits count, and only unsigned values can be added inside an
 * int8 convolution (TensorFlow 2.16 accepts signed ones, and cuts the sum at half its range). A
 * convolution that pads its input with zeros cannot take a shifted one.
 */
public final class Rewriter {

  private static final String PREFIX = "int8/";

  private final FrozenGraph graph;
  private final Map<String, Layer> layers;
  private final Map<String, ChannelRange> ranges;
  private final Set<String> int8;
  private final Map<String, NodeDef> written = new LinkedHashMap<>();
  private final Map<String, QuantizedTensor> quantized = new HashMap<>();

  /**
   * @param layers by output
   * @param ranges of every layer's input, output and summand; may be empty if none is int8
   * @param int8 the names of the layers to write in int8
   */
  public Rewriter(
      FrozenGraph graph,
      Map<String, Layer> layers,
      Map<String, ChannelRange> ranges,
      Set<String> int8) {
    this.graph = graph;
    this.layers = layers;
    this.ranges = ranges;
    this.int8 = Set.copyOf(int8);
  }

  /** Writes all that these values need, and no more; they keep their names. */
  public Collection<NodeDef> write(Collection<String> values) {
    values.forEach(this::real);
    // Some values were written in a form that their user then could not take.
    Set<String> needed = new HashSet<>();
    Order.of(new FrozenGraph(written.values(), Set.copyOf(values)))
        .forEach(node -> needed.add(node.getName()));
    return written.values().stream().filter(node -> needed.contains(node.getName())).toList();
  }

  private String add(NodeDef node) {
    NodeDef other = written.put(node.getName(), node);
    if (other != null && !other.equals(node)) {
      throw new IllegalStateException("the graph has a node " + node.getName() + " already");
    }
    return node.getName();
  }

  private boolean isInt8(String value) {
    return layers.containsKey(value) && int8.contains(layers.get(value).name());
  }

  /** Writes a value in float32, under its own name. */
  private String real(String value) {
    if (written.containsKey(value)) {
      return value;
    }
    if (isInt8(value)) {
      return dequantized(value, quantized(value));
    }
    if (layers.containsKey(value)) {
      return floatLayer(layers.get(value));
    }
    NodeDef node = graph.node(value);
    for (String input : node.getInputList()) {
      real(FrozenGraph.nodeOf(input));
    }
    return add(node);
  }

  private String dequantized(String value, QuantizedTensor tensor) {
    String plain = tensor.shift().isPresent() ? PREFIX + value + "/shifted" : value;
    add(
        Operation.of("Dequantize", plain, List.of(tensor.values(), tensor.min(), tensor.max()))
            .type("T", tensor.type())
            .type("dtype", DataType.DT_FLOAT)
            .text("mode", "SCALED")
            .build());
    return tensor.shift().isPresent()
        ? biased(value, plain, Int8Layer.negated(tensor.shift().get()))
        : plain;
  }

  private String biased(String name, String input, float[] bias) {
    String constant = add(Constant.vector(bias).node(PREFIX + name + "/added"));
    return add(
        Operation.of("BiasAdd", name, List.of(input, constant))
            .type("T", DataType.DT_FLOAT)
            .text("data_format", "NHWC")
            .build());
  }

  /** As it was, with the padding before it: TensorFlow's own convolutions know fewer paddings. */
  private String floatLayer(Layer layer) {
    String input = real(FrozenGraph.nodeOf(layer.operation().getInput(0)));
    Optional<String> summand = layer.summand().map(this::real);
    String weights = add(layer.weights().node(PREFIX + layer.name() + "/weights"));
    Operation operation =
        Operation.like(layer.operation(), PREFIX + layer.name(), List.of(input, weights));
    boolean isLast = summand.isEmpty() && layer.activation() == Layer.Activation.NONE;
    String last =
        biased(
            isLast ? layer.output() : PREFIX + layer.name() + "/biased",
            add(operation.build()),
            layer.bias());
    if (summand.isPresent()) {
      isLast = layer.activation() == Layer.Activation.NONE;
      last =
          add(
              Operation.of(
                      "AddV2",
                      isLast ? layer.output() : PREFIX + layer.name() + "/sum",
                      List.of(last, summand.get()))
                  .type("T", DataType.DT_FLOAT)
                  .build());
    }
    if (layer.activation() != Layer.Activation.NONE) {
      String kernel = layer.activation() == Layer.Activation.RELU ? "Relu" : "Relu6";
      last =
          add(
              Operation.of(kernel, layer.output(), List.of(last))
                  .type("T", DataType.DT_FLOAT)
                  .build());
    }
    return last;
  }

  /** Writes a value in 8 bits. */
  private QuantizedTensor quantized(String value) {
    QuantizedTensor known = quantized.get(value);
    if (known == null) {
      known = isInt8(value) ? int8Layer(layers.get(value)) : passedOn(value);
      quantized.put(value, known);
    }
    return known;
  }

  /** A value that is 8-bit because that before it is: pooling and padding change no number. */
  private QuantizedTensor passedOn(String value) {
    NodeDef node = graph.node(value);
    if (!comesInInt8(value)) {
      return quantizedFromReal(value, !isPositive(value));
    }
    QuantizedTensor source = quantized(FrozenGraph.nodeOf(node.getInput(0)));
    String name = PREFIX + value;
    if (node.getOp().equals("Pad")) {
      real(FrozenGraph.nodeOf(node.getInput(1)));
      add(
          Operation.like(node, name, List.of(source.values(), node.getInput(1)))
              .type("T", source.type())
              .build());
      return new QuantizedTensor(name, source.min(), source.max(), source.type(), source.shift());
    }
    add(
        Operation.of("QuantizedMaxPool", name, List.of(source.values(), source.min(), source.max()))
            .type("T", source.type())
            .integers("ksize", node.getAttrOrThrow("ksize").getList().getIList())
            .integers("strides", node.getAttrOrThrow("strides").getList().getIList())
            .text("padding", node.getAttrOrThrow("padding").getS().toStringUtf8())
            .build());
    return QuantizedTensor.of(name, source.type(), source.shift());
  }

  /** Whether a value is that of an int8 layer, pooled or padded at most. */
  private boolean comesInInt8(String value) {
    if (isInt8(value)) {
      return true;
    }
    NodeDef node = layers.containsKey(value) ? null : graph.node(value);
    boolean isPassing =
        node != null
            && (Passing.isMaxPool(node)
                || (Passing.isPad(node, graph)
                    && isPositive(FrozenGraph.nodeOf(node.getInput(0)))));
    return isPassing && comesInInt8(FrozenGraph.nodeOf(node.getInput(0)));
  }

  private QuantizedTensor quantizedFromReal(String value, boolean isSigned) {
    ChannelRange range = ranges.get(value);
    String input = real(value);
    String name = PREFIX + value + (isSigned ? "/signed" : "/unsigned");
    Optional<float[]> shift = Optional.empty();
    if (!isSigned && !isPositive(value)) {
      shift = Optional.of(range.shift());
      input = biased(PREFIX + value + "/positive", input, range.shift());
      range = range.plus(range.shift());
    }
    DataType type = isSigned ? DataType.DT_QINT8 : DataType.DT_QUINT8;
    float limit = isSigned ? range.magnitude() : range.largest();
    List<String> inputs = new ArrayList<>(List.of(input));
    inputs.addAll(limits(name, type, limit));
    add(
        Operation.of("QuantizeV2", name, inputs)
            .type("T", type)
            .text("mode", "SCALED")
            .text("round_mode", "HALF_TO_EVEN")
            .build());
    return QuantizedTensor.of(name, type, shift);
  }

  private List<String> limits(String name, DataType type, float limit) {
    float high = limit > 0 ? limit : 1;
    float low = type == DataType.DT_QUINT8 ? 0 : -high;
    return List.of(
        add(Constant.scalar(low).node(name + "/min")),
        add(Constant.scalar(high).node(name + "/max")));
  }

  private QuantizedTensor int8Layer(Layer layer) {
    QuantizedTensor input = quantized(layer.input());
    if (input.shift().isPresent() && layer.isPadded()) {
      input = quantizedFromReal(layer.input(), true);
    }
    Optional<QuantizedTensor> summand = layer.summand().map(this::quantized);
    if (summand.isPresent() && !summand.get().isUnsigned()) {
      summand = Optional.of(quantizedFromReal(layer.summand().orElseThrow(), false));
    }
    Int8Layer int8Layer =
        new Int8Layer(
            layer,
            PREFIX + layer.name(),
            input,
            summand,
            isPositive(layer.output())
                ? Form.POSITIVE
                : isShifted(layer) ? Form.SHIFTED : Form.SIGNED,
            ranges);
    int8Layer.nodes().forEach(this::add);
    return int8Layer.result();
  }

  /** Whether a value is never negative; calibration alone proves it only for what is no layer. */
  private boolean isPositive(String value) {
    if (layers.containsKey(value)) {
      return layers.get(value).activation() != Layer.Activation.NONE;
    }
    if (isPassing(value) && hasKnownSign(source(value))) {
      return isPositive(source(value));
    }
    ChannelRange range = ranges.get(value);
    return range != null && range.isPositive();
  }

  private boolean hasKnownSign(String value) {
    return layers.containsKey(value)
        || ranges.containsKey(value)
        || (isPassing(value) && hasKnownSign(source(value)));
  }

  private boolean isPassing(String value) {
    NodeDef node = graph.node(value);
    return Passing.isMaxPool(node) || Passing.isPad(node, graph);
  }

  private String source(String value) {
    return FrozenGraph.nodeOf(graph.node(value).getInput(0));
  }

  /** Whether a layer's value, which may be negative, is written shifted. */
  private boolean isShifted(Layer layer) {
    return layer.summand().isPresent()
        || layers.values().stream()
            .filter(user -> int8.contains(user.name()) && user.input().equals(layer.output()))
            .noneMatch(Layer::isPadded);
  }
}
