package io.lynxeye.quantizer.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.AttrValue.ListValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Builds small frozen graphs with random weights; each method returns the name of its value. */
public final class TestNet {

  private final List<NodeDef> nodes = new ArrayList<>();
  private final Random random = new Random(7);

  /** An input of float32. */
  public String input(String name) {
    NodeDef.Builder node = NodeDef.newBuilder().setOp("Placeholder").setName(name);
    nodes.add(node.putAttr("dtype", type()).build());
    return name;
  }

  /** A node of float32 with some inputs. */
  public String node(String op, String name, String... inputs) {
    return add(op, name, inputs);
  }

  private String add(String op, String name, String... inputs) {
    nodes.add(builder(op, name, inputs).build());
    return name;
  }

  private static NodeDef.Builder builder(String op, String name, String... inputs) {
    NodeDef.Builder node =
        NodeDef.newBuilder().setOp(op).setName(name).addAllInput(List.of(inputs));
    return node.putAttr("T", type());
  }

  /** Random numbers around zero. */
  public Constant random(double spread, Integer... shape) {
    float[] values = new float[List.of(shape).stream().reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * spread);
    }
    return new Constant(List.of(shape), values);
  }

  /** A constant. */
  public String constant(String name, Constant value) {
    nodes.add(value.node(name));
    return name;
  }

  /** A convolution with weights HWIO, without a bias. */
  public String convolution(String name, String input, Constant weights, int stride, String pad) {
    return convolution("Conv2D", name, input, weights, stride, pad);
  }

  /** A depthwise convolution with weights HWC1. */
  public String depthwise(String name, String input, Constant weights, int stride, String pad) {
    return convolution("DepthwiseConv2dNative", name, input, weights, stride, pad);
  }

  /** A convolution whose filter reads every second, third, ... value. */
  public String dilated(String name, String input, Constant weights, int dilation, String pad) {
    return convolution("Conv2D", name, input, weights, 1, dilation, pad);
  }

  private String convolution(
      String op, String name, String input, Constant weights, int stride, String pad) {
    return convolution(op, name, input, weights, stride, 1, pad);
  }

  private String convolution(
      String op,
      String name,
      String input,
      Constant weights,
      int stride,
      int dilation,
      String pad) {
    constant(name + "/weights", weights);
    nodes.add(
        builder(op, name, input, name + "/weights")
            .putAttr("strides", integers(1, stride, stride, 1))
            .putAttr("dilations", integers(1, dilation, dilation, 1))
            .putAttr("padding", text(pad))
            .putAttr("data_format", text("NHWC"))
            .build());
    return name;
  }

  /** A bias. */
  public String bias(String name, String input, Constant bias) {
    constant(name + "/values", bias);
    nodes.add(
        builder("BiasAdd", name, input, name + "/values")
            .putAttr("data_format", text("NHWC"))
            .build());
    return name;
  }

  /** Zeros around height and width. */
  public String pad(String name, String input, int before, int after) {
    nodes.add(
        Constant.node(
            name + "/sizes",
            DataType.DT_INT32,
            List.of(4, 2),
            Constant.integers("x", 0, 0, before, after, before, after, 0, 0)
                .getAttrOrThrow("value")
                .getTensor()
                .getTensorContent()));
    nodes.add(
        builder("Pad", name, input, name + "/sizes")
            .putAttr("Tpaddings", AttrValue.newBuilder().setType(DataType.DT_INT32).build())
            .build());
    return name;
  }

  /** The maximum of windows of 2 x 2. */
  public String maxPool(String name, String input) {
    nodes.add(
        builder("MaxPool", name, input)
            .putAttr("ksize", integers(1, 2, 2, 1))
            .putAttr("strides", integers(1, 2, 2, 1))
            .putAttr("padding", text("VALID"))
            .putAttr("data_format", text("NHWC"))
            .build());
    return name;
  }

  /** The mean over height and width. */
  public String mean(String name, String input) {
    return mean(name, input, 1, 2);
  }

  /** The mean over some dimensions. */
  public String mean(String name, String input, int... axes) {
    return mean(name, input, false, axes);
  }

  /** The mean over height and width, with one position. */
  public String keptMean(String name, String input) {
    return mean(name, input, true, 1, 2);
  }

  private String mean(String name, String input, boolean isKept, int... axes) {
    nodes.add(Constant.integers(name + "/axes", axes));
    nodes.add(
        builder("Mean", name, input, name + "/axes")
            .putAttr("Tidx", AttrValue.newBuilder().setType(DataType.DT_INT32).build())
            .putAttr("keep_dims", AttrValue.newBuilder().setB(isKept).build())
            .build());
    return name;
  }

  /** A matrix multiplication. */
  public String matrix(String name, String input, Constant weights) {
    constant(name + "/weights", weights);
    AttrValue no = AttrValue.newBuilder().setB(false).build();
    nodes.add(
        builder("MatMul", name, input, name + "/weights")
            .putAttr("transpose_a", no)
            .putAttr("transpose_b", no)
            .build());
    return name;
  }

  /** Batch normalisation with these numbers, as in inference. */
  public String normalised(
      String name,
      String input,
      Constant scale,
      Constant offset,
      Constant mean,
      Constant variance) {
    nodes.add(
        NodeDef.newBuilder()
            .setOp("FusedBatchNormV3")
            .setName(name)
            .addInput(input)
            .addInput(constant(name + "/scale", scale))
            .addInput(constant(name + "/offset", offset))
            .addInput(constant(name + "/mean", mean))
            .addInput(constant(name + "/variance", variance))
            .putAttr("T", type())
            .putAttr("U", type())
            .putAttr("epsilon", AttrValue.newBuilder().setF(0.001f).build())
            .putAttr("is_training", AttrValue.newBuilder().setB(false).build())
            .putAttr("data_format", text("NHWC"))
            .build());
    return name;
  }

  /** The graph whose values of these names are fetched. */
  public FrozenGraph graph(String... outputs) {
    return new FrozenGraph(nodes, Set.of(outputs));
  }

  private static AttrValue type() {
    return AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
  }

  private static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  private static AttrValue integers(long... values) {
    ListValue.Builder list = ListValue.newBuilder();
    for (long value : values) {
      list.addI(value);
    }
    return AttrValue.newBuilder().setList(list).build();
  }
}
