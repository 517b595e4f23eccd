package io.lynxeye.quantizer.rewrite;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.Layer.Activation;
import io.lynxeye.quantizer.graph.Layer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The nodes of one convolution in int8: weights, bias, limits, operation. */
final class Int8Layer {

  private final Layer layer;
  private final String name;
  private final QuantizedTensor input;
  private final Optional<QuantizedTensor> summand;
  private final ChannelRange inputRange;
  private final ChannelRange range;
  private final boolean isUnsigned;
  private final Optional<float[]> shift;
  private final List<NodeDef> nodes = new ArrayList<>();

  /**
   * @param name of the operation; the constants are below it
   * @param form of the result
   */
  Int8Layer(
      Layer layer,
      String name,
      QuantizedTensor input,
      Optional<QuantizedTensor> summand,
      Form form,
      Map<String, ChannelRange> ranges) {
    this.layer = layer;
    this.name = name;
    this.input = input;
    this.summand = summand;
    this.inputRange = ranges.get(layer.input());
    ChannelRange plain = ranges.get(layer.output());
    this.shift = form == Form.SHIFTED ? Optional.of(plain.shift()) : Optional.empty();
    this.range = shift.map(plain::plus).orElse(plain);
    this.isUnsigned = form != Form.SIGNED;
    write();
  }

  List<NodeDef> nodes() {
    return nodes;
  }

  QuantizedTensor result() {
    return QuantizedTensor.of(name, type(), shift);
  }

  private DataType type() {
    return isUnsigned ? DataType.DT_QUINT8 : DataType.DT_QINT8;
  }

  private String add(NodeDef node) {
    nodes.add(node);
    return node.getName();
  }

  private String limit(String suffix, float value) {
    return add(Constant.scalar(value).node(name + "/" + suffix));
  }

  private void write() {
    QuantizedWeights weights = QuantizedWeights.of(layer);
    List<String> inputs = new ArrayList<>();
    inputs.add(input.values());
    inputs.add(
        add(
            Constant.node(
                name + "/weights", DataType.DT_QINT8, layer.weights().shape(), weights.bytes())));
    inputs.add(add(Constant.vector(bias(weights)).node(name + "/bias")));
    List<DataType> types =
        new ArrayList<>(List.of(input.type(), DataType.DT_QINT8, DataType.DT_FLOAT));
    List<String> limits = new ArrayList<>(List.of(input.min(), input.max()));
    limits.add(add(Constant.vector(negated(weights.limits())).node(name + "/weights/min")));
    limits.add(add(Constant.vector(weights.limits()).node(name + "/weights/max")));
    if (summand.isPresent()) {
      inputs.add(summand.get().values());
      types.add(summand.get().type());
      limits.add(summand.get().min());
      limits.add(summand.get().max());
    }
    float high = Math.max(isUnsigned ? range.largest() : range.magnitude(), 1e-9f);
    if (layer.activation() == Activation.RELU6) {
      high = Math.min(high, 6); // The limit of the 8 bits is that of the activation too.
    }
    limits.add(limit("min", isUnsigned ? 0 : -high));
    limits.add(limit("max", high));
    inputs.addAll(limits);
    nodes.add(operation(inputs, types, limits.size()));
  }

  private NodeDef operation(List<String> inputs, List<DataType> types, int limits) {
    List<String> steps = new ArrayList<>(List.of("BiasAdd"));
    if (summand.isPresent()) {
      steps.add("Sum");
    }
    if (isUnsigned) {
      steps.add("Relu");
    }
    steps.add("Requantize");
    String kernel =
        layer.kind() == Kind.DEPTHWISE ? "_FusedQuantizedDepthwiseConv2D" : "_FusedQuantizedConv2D";
    List<Long> strides = layer.operation().getAttrOrThrow("strides").getList().getIList();
    return Operation.of(kernel, name, inputs)
        .types("Tdevice_inputs", types)
        .types("Thost_inputs", java.util.Collections.nCopies(limits, DataType.DT_FLOAT))
        .types("Tdevice_outputs", List.of(type()))
        .types("Thost_outputs", List.of(DataType.DT_FLOAT, DataType.DT_FLOAT))
        .type("Tinput", input.type())
        .type("Tfilter", DataType.DT_QINT8)
        .type("Tbias", DataType.DT_FLOAT)
        .type("Tsummand", summand.map(QuantizedTensor::type).orElse(type()))
        .type("out_type", type())
        .text("data_format", "NHWC")
        .integers("strides", strides)
        .text("padding", layer.padding().kind())
        .integers("explicit_paddings", layer.padding().explicit())
        .integers("dilations", dilations())
        .texts("fused_ops", steps)
        .flag("is_filter_const", true)
        .flag("is_bias_const", true)
        .build();
  }

  private List<Long> dilations() {
    List<Long> own =
        layer.operation().containsAttr("dilations")
            ? layer.operation().getAttrOrThrow("dilations").getList().getIList()
            : List.of();
    return own.isEmpty() ? List.of(1L, 1L, 1L, 1L) : own;
  }

  /**
   * The bias with three corrections: what the rounded weights make of the mean input is taken off,
   * and the shifts of input and summand too; the shift of the result is added.
   */
  private float[] bias(QuantizedWeights weights) {
    float[] bias = layer.bias().clone();
    subtract(bias, weights.roundingError(layer, inputRange.mean()));
    input.shift().ifPresent(shifts -> subtract(bias, weights.response(layer, shifts)));
    summand.flatMap(QuantizedTensor::shift).ifPresent(shifts -> subtract(bias, shifts));
    shift.ifPresent(shifts -> subtract(bias, negated(shifts)));
    return bias;
  }

  private static void subtract(float[] from, float[] values) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= values[i];
    }
  }

  static float[] negated(float[] values) {
    float[] negated = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }
}
