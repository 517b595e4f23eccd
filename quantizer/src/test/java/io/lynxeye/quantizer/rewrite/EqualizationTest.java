package io.lynxeye.quantizer.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.graph.TestNet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EqualizationTest {

  private final TestNet net = new TestNet();

  private static ChannelRange range(float... max) {
    return new ChannelRange(new float[max.length], max, new float[max.length]);
  }

  private String first(String activation) {
    Constant weights = new Constant(List.of(1, 1, 1, 2), new float[] {100, 1});
    String c = net.convolution("c1", net.input("x"), weights, 1, "SAME");
    return net.node(activation, "r1", net.bias("b1", c, Constant.vector(50, 3)));
  }

  private Equalization.Equalized equalized(FrozenGraph graph) {
    Map<String, Layer> layers = LayerFinder.find(graph).layers();
    return Equalization.of(
        graph, layers, Map.of("x", range(1), "r1", range(150, 4), "c2", range(1)), 1);
  }

  private static float[] second() {
    return new float[] {0.25f, 8};
  }

  @Test
  void channelsBecomeEquallyLargeAndTheModelStaysTheSame() {
    Constant weights = new Constant(List.of(1, 1, 2, 1), second());
    String c2 = net.convolution("c2", first("Relu"), weights, 1, "SAME");
    Equalization.Equalized equalized = equalized(net.graph(c2));

    float[] max = equalized.ranges().get("r1").max();
    assertThat(max[0]).isCloseTo(max[1], within(1e-3f));
    Layer one = equalized.layers().get("r1");
    Layer two = equalized.layers().get("c2");
    // For x = 1: 0.25 * (100 + 50) + 8 * (1 + 3).
    float result = 0;
    for (int i = 0; i < 2; i++) {
      result += two.weights().values()[i] * (one.weights().values()[i] + one.bias()[i]);
    }
    assertThat(result).isCloseTo(0.25f * 150 + 8 * 4, within(1e-3f));
  }

  @Test
  void aRelu6LimitsAllChannelsAlikeSoNoneIsChanged() {
    Constant weights = new Constant(List.of(1, 1, 2, 1), second());
    String c2 = net.convolution("c2", first("Relu6"), weights, 1, "SAME");

    assertThat(equalized(net.graph(c2)).layers().get("c2").weights().values())
        .containsExactly(second());
  }

  @Test
  void aValueThatOthersReadIsNotChanged() {
    Constant weights = new Constant(List.of(1, 1, 2, 1), second());
    String relu = first("Relu");
    String c2 = net.convolution("c2", relu, weights, 1, "SAME");
    String other = net.node("Tanh", "t", relu);

    assertThat(equalized(net.graph(c2, other)).layers().get("c2").weights().values())
        .containsExactly(second());
  }

  @Test
  void aMeanOverChannelsFixesThem() {
    Constant weights = new Constant(List.of(1, 1, 2, 1), second());
    String relu = first("Relu");
    String c2 = net.convolution("c2", relu, weights, 1, "SAME");
    String mean = net.mean("m", relu, 3);
    String c3 =
        net.convolution("c3", mean, new Constant(List.of(1, 1, 1, 1), new float[] {1}), 1, "SAME");

    assertThat(equalized(net.graph(c2, c3)).layers().get("c2").weights().values())
        .containsExactly(second());
  }

  @Test
  void aValueOfZerosGetsNumbers() {
    Constant weights = new Constant(List.of(1, 1, 2, 1), second());
    FrozenGraph graph = net.graph(net.convolution("c2", first("Relu"), weights, 1, "SAME"));
    Equalization.Equalized equalized =
        Equalization.of(
            graph,
            LayerFinder.find(graph).layers(),
            Map.of("x", range(1), "r1", range(0, 0), "c2", range(1)),
            0.5);

    for (float value : equalized.layers().get("c2").weights().values()) {
      assertThat(value).isFinite().isPositive();
    }
  }
}
