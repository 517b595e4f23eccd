package io.lynxeye.quantizer.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.graph.Order;
import io.lynxeye.quantizer.graph.TestNet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class RewriterTest {

  private final TestNet net = new TestNet();
  private final Map<String, ChannelRange> ranges = new HashMap<>();

  private Map<String, NodeDef> write(FrozenGraph graph, String... int8) {
    Collection<NodeDef> nodes =
        new Rewriter(graph, LayerFinder.find(graph).layers(), ranges, Set.of(int8))
            .write(graph.outputs());
    return nodes.stream().collect(Collectors.toMap(NodeDef::getName, node -> node));
  }

  private void range(String value, float min, float max) {
    range(value, min, max, 0);
  }

  private void range(String value, float min, float max, float mean) {
    ranges.put(value, new ChannelRange(new float[] {min}, new float[] {max}, new float[] {mean}));
  }

  private static Constant weight(float value) {
    return new Constant(List.of(1, 1, 1, 1), new float[] {value});
  }

  private String convolution(String name, String input) {
    return net.convolution(name, input, weight(0.5f), 1, "SAME");
  }

  private static List<String> texts(NodeDef node, String key) {
    return node.getAttrOrThrow(key).getList().getSList().stream()
        .map(text -> text.toStringUtf8())
        .toList();
  }

  private static DataType type(NodeDef node, String key) {
    return node.getAttrOrDefault(key, AttrValue.getDefaultInstance()).getType();
  }

  private static float number(Map<String, NodeDef> nodes, String name) {
    return nodes
        .get(name)
        .getAttrOrThrow("value")
        .getTensor()
        .getTensorContent()
        .asReadOnlyByteBuffer()
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .getFloat();
  }

  @Test
  void aConvolutionWithReluIsOneUnsignedOperation() {
    String relu = net.node("Relu", "r", convolution("c", net.input("x")));
    range("x", 0, 2);
    range("r", 0, 4);
    Map<String, NodeDef> nodes = write(net.graph(relu), "c");

    NodeDef node = nodes.get("int8/c");
    assertThat(node.getOp()).isEqualTo("_FusedQuantizedConv2D");
    assertThat(texts(node, "fused_ops")).containsExactly("BiasAdd", "Relu", "Requantize");
    assertThat(type(node, "Tinput")).isEqualTo(DataType.DT_QUINT8);
    assertThat(type(node, "out_type")).isEqualTo(DataType.DT_QUINT8);
    assertThat(node.getInputCount()).isEqualTo(3 + 6); // Tensors; limits of input, weights, result.
    assertThat(number(nodes, "int8/c/max")).isEqualTo(4);
    assertThat(nodes.get("r").getOp()).isEqualTo("Dequantize");
    assertThat(nodes).doesNotContainKey("c");
  }

  @Test
  void neighboursInInt8ExchangeEightBits() {
    String one = net.node("Relu", "r1", convolution("c1", net.input("x")));
    String two = net.node("Relu", "r2", convolution("c2", one));
    range("x", 0, 2);
    range("r1", 0, 4);
    range("r2", 0, 4);
    Map<String, NodeDef> nodes = write(net.graph(two), "c1", "c2");

    assertThat(nodes.get("int8/c2").getInput(0)).isEqualTo("int8/c1");
    assertThat(nodes.values()).filteredOn(n -> n.getOp().equals("QuantizeV2")).hasSize(1);
    assertThat(nodes.values()).filteredOn(n -> n.getOp().equals("Dequantize")).hasSize(1);
  }

  @Test
  void aSignedSummandIsShiftedAndTheBiasTakesTheShiftOff() {
    String x = net.input("x");
    String one = net.bias("one/b", convolution("one", x), Constant.vector(10));
    String two = net.bias("two/b", convolution("two", x), Constant.vector(20));
    String relu = net.node("Relu", "r", net.node("AddV2", "sum", one, two));
    range("x", 0, 2);
    range("one/b", -3, 5);
    range("two/b", -3, 5);
    range("r", 0, 9);
    FrozenGraph graph = net.graph(relu);
    Map<String, NodeDef> nodes = write(graph, "one", "two");

    boolean isFirst = LayerFinder.find(graph).layers().get("r").name().equals("one");
    String with = isFirst ? "one" : "two"; // The convolution that takes the sum in.
    String without = isFirst ? "two" : "one";
    NodeDef summand = nodes.get("int8/" + without);
    assertThat(type(summand, "out_type")).isEqualTo(DataType.DT_QUINT8);
    assertThat(number(nodes, "int8/" + without + "/max")).isEqualTo(8); // -3..5, moved by 3.
    assertThat(number(nodes, "int8/" + without + "/bias")).isEqualTo((isFirst ? 20 : 10) + 3);
    assertThat(number(nodes, "int8/" + with + "/bias")).isEqualTo((isFirst ? 10 : 20) - 3);
    assertThat(texts(nodes.get("int8/" + with), "fused_ops"))
        .containsExactly("BiasAdd", "Sum", "Relu", "Requantize");
    assertThat(type(nodes.get("int8/" + with), "Tsummand")).isEqualTo(DataType.DT_QUINT8);
  }

  @Test
  void aPaddedConvolutionReadsSignedValuesUnshifted() {
    String linear = convolution("c1", net.input("x"));
    String c2 = net.convolution("c2", linear, net.random(1, 3, 3, 1, 1), 1, "SAME");
    range("x", 0, 2);
    range("c1", -3, 1);
    range("c2", -1, 1);
    Map<String, NodeDef> nodes = write(net.graph(c2), "c1", "c2");

    assertThat(type(nodes.get("int8/c1"), "out_type")).isEqualTo(DataType.DT_QINT8);
    assertThat(type(nodes.get("int8/c2"), "Tinput")).isEqualTo(DataType.DT_QINT8);
    assertThat(number(nodes, "int8/c1/min")).isEqualTo(-3);
    assertThat(number(nodes, "int8/c1/max")).isEqualTo(3);
  }

  @Test
  void anUnpaddedConvolutionTakesTheShiftOffInItsBias() {
    String linear = convolution("c1", net.input("x"));
    String c2 = convolution("c2", linear);
    range("x", 0, 2);
    range("c1", -3, 1);
    range("c2", -1, 1);
    Map<String, NodeDef> nodes = write(net.graph(c2), "c1", "c2");

    assertThat(number(nodes, "int8/c1/bias")).isEqualTo(3);
    // Its weight is 0.5, so a shift of 3 at its input is 1.5; its own result is shifted by 1.
    assertThat(number(nodes, "int8/c2/bias")).isCloseTo(1 - 1.5f, within(1e-5f));
    assertThat(nodes.get("c2").getOp()).isEqualTo("BiasAdd"); // Takes the shift of 1 off.
  }

  @Test
  void theBiasTakesOffWhatRoundedWeightsMakeOfTheMeanInput() {
    Constant weights = new Constant(List.of(1, 2, 1, 1), new float[] {1, 0.3f});
    String c = net.convolution("c", net.input("x"), weights, 1, "VALID");
    String relu = net.node("Relu", "r", net.bias("b", c, Constant.vector(7)));
    range("x", 0, 4, 2);
    range("r", 0, 9);

    // 0.3 * 127 = 38.1 is rounded to 38, and the mean input is 2.
    float error = 2 * (38 / 127f - 0.3f);
    assertThat(number(write(net.graph(relu), "c"), "int8/c/bias"))
        .isCloseTo(7 - error, within(1e-6f))
        .isNotCloseTo(7, within(1e-3f));
  }

  @Test
  void nothingIsWrittenThatNoOutputNeeds() {
    String x = net.input("x");
    String signed = net.input("s");
    String sum = net.node("AddV2", "sum", convolution("c", x), net.node("Identity", "i", x));
    String padded = net.convolution("p", signed, net.random(1, 3, 3, 1, 1), 1, "SAME");
    String plain = convolution("q", signed);
    for (String value : List.of("x", "i", "sum", "s", "p", "q")) {
      range(value, -2, 2);
    }
    FrozenGraph graph = net.graph(sum, padded, plain);
    Map<String, NodeDef> nodes = write(graph, "c", "p", "q");

    assertThat(nodes).containsKey("int8/i/unsigned").doesNotContainKey("int8/i/signed");
    FrozenGraph written = new FrozenGraph(nodes.values(), graph.outputs());
    assertThat(nodes.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Order.of(written).stream().map(NodeDef::getName).toList());
  }

  @Test
  void layersInFloatKeepTheirOperations() {
    String relu = net.node("Relu6", "r", convolution("c", net.input("x")));
    Map<String, NodeDef> nodes = write(net.graph(relu));

    assertThat(nodes.get("r").getOp()).isEqualTo("Relu6");
    assertThat(nodes.values()).extracting(NodeDef::getOp).contains("Conv2D");
    assertThat(nodes.values()).extracting(NodeDef::getOp).doesNotContain("QuantizeV2");
  }

  @Test
  void headroomDoesNotMoveTheLimitOfRelu6() {
    String relu = net.node("Relu6", "r", convolution("c", net.input("x")));
    range("x", 0, 2);
    range("r", 0, 6 * 1.15f);

    assertThat(number(write(net.graph(relu), "c"), "int8/c/max")).isEqualTo(6);
  }

  @Test
  void pooledValuesWithoutARangeHaveTheSignOfTheirPooling() {
    String joined = net.node("ConcatV2", "j", net.input("x"), net.input("y"));
    String c = convolution("c", net.maxPool("p", joined));
    range("p", 0, 2); // Calibration measures what layers read, not what is before it.
    range("c", -1, 1);

    assertThat(type(write(net.graph(c), "c").get("int8/c"), "Tinput"))
        .isEqualTo(DataType.DT_QUINT8);
  }
}
