package io.lynxeye.quantizer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.quantizer.graph.Layer.Activation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerFinderTest {

  private final TestNet net = new TestNet();

  @Test
  void takesBiasAndActivationIn() {
    String x = net.input("x");
    String c = net.convolution("c", x, net.random(1, 1, 1, 2, 3), 1, "SAME");
    String b = net.bias("b", c, Constant.vector(1, 2, 3));
    LayerFinder.Found found = LayerFinder.find(net.graph(net.node("Relu6", "r", b)));

    Layer layer = found.layers().get("r");
    assertThat(layer.name()).isEqualTo("c");
    assertThat(layer.input()).isEqualTo("x");
    assertThat(layer.bias()).containsExactly(1, 2, 3);
    assertThat(layer.activation()).isEqualTo(Activation.RELU6);
    assertThat(found.skipped()).isEmpty();
  }

  @Test
  void foldsBatchNormalisationIntoTheWeights() {
    String c = net.convolution("c", net.input("x"), weight(3), 1, "SAME");
    String n =
        net.normalised(
            "n",
            c,
            Constant.vector(2), // scale
            Constant.vector(5), // offset
            Constant.vector(4), // mean
            Constant.vector(0.249f)); // variance; with epsilon 0.25, a deviation of 0.5
    Layer layer = LayerFinder.find(net.graph(n)).layers().get("n");

    assertThat(layer.weights().values()[0]).isCloseTo(3 * 2 / 0.5f, within(1e-4f));
    assertThat(layer.bias()[0]).isCloseTo(5 - 4 * 2 / 0.5f, within(1e-4f));
  }

  @Test
  void aPadBeforeAConvolutionBecomesItsOwnPadding() {
    String padded = net.pad("p", net.input("x"), 0, 1);
    String c = net.convolution("c", padded, net.random(1, 3, 3, 1, 1), 2, "VALID");
    Layer layer = LayerFinder.find(net.graph(c)).layers().get("c");

    assertThat(layer.input()).isEqualTo("x");
    assertThat(layer.padding().kind()).isEqualTo("EXPLICIT");
    assertThat(layer.padding().explicit()).containsExactly(0L, 0L, 0L, 1L, 0L, 1L, 0L, 0L);
  }

  @Test
  void oneOfTwoConvolutionsTakesTheirSumIn() {
    String x = net.input("x");
    String one = net.convolution("one", x, weight(1), 1, "SAME");
    String two = net.convolution("two", x, weight(1), 1, "SAME");
    String sum = net.node("AddV2", "sum", one, two);
    List<Layer> layers =
        List.copyOf(LayerFinder.find(net.graph(net.node("Relu", "r", sum))).layers().values());

    Layer last = layers.stream().filter(l -> l.output().equals("r")).findFirst().orElseThrow();
    Layer other = layers.get(1 - layers.indexOf(last));
    assertThat(layers).hasSize(2);
    assertThat(last.activation()).isEqualTo(Activation.RELU);
    assertThat(last.summand()).contains(other.name());
    assertThat(other.output()).isEqualTo(other.name());
  }

  @Test
  void aValueWithTwoUsersEndsALayer() {
    String c = net.convolution("c", net.input("x"), weight(1), 1, "SAME");
    String r = net.node("Relu", "r", c);
    String t = net.node("Tanh", "t", c);
    Layer layer = LayerFinder.find(net.graph(r, t)).layers().get("c");

    assertThat(layer.activation()).isEqualTo(Activation.NONE);
  }

  @Test
  void aControlDependencyIsNoUse() {
    String c = net.convolution("c", net.input("x"), weight(1), 1, "SAME");
    String t = net.node("Relu", "t", net.input("y"), "^c"); // Waits for c, and does not read it.
    assertThat(LayerFinder.find(net.graph(t)).layers()).containsOnlyKeys("c");

    String r = net.node("Relu", "r", c);
    assertThat(LayerFinder.find(net.graph(r, t)).layers()).containsOnlyKeys("r");
  }

  @Test
  void aLayerTakesNothingInOfWhichALaterOutputIsUsed() {
    Constant one = Constant.vector(1);
    String c = net.convolution("c", net.input("x"), weight(1), 1, "SAME");
    String n = net.normalised("n", c, one, one, one, one);
    String r = net.node("Relu", "r", n);
    assertThat(LayerFinder.find(net.graph(r)).layers()).containsOnlyKeys("r");
    assertThat(LayerFinder.find(net.graph(r, n + ":1")).layers()).containsOnlyKeys("c");

    String mean = net.node("Tanh", "t", n + ":1");
    assertThat(LayerFinder.find(net.graph(r, mean)).layers()).containsOnlyKeys("c");
  }

  @Test
  void aSumOfValuesOfDifferentSizesStaysInFloat() {
    String x = net.input("x");
    String all = net.convolution("all", x, weight(1), 1, "SAME");
    String one = net.convolution("one", net.keptMean("mean", x), weight(1), 1, "SAME");
    String sum = net.node("AddV2", "sum", all, one);

    // TensorFlow spreads the one position over all; the sum of an int8 convolution does not.
    assertThat(LayerFinder.find(net.graph(sum)).layers()).containsOnlyKeys("all", "one");
  }

  @Test
  void aSumWithWhatTheConvolutionReadsStaysInFloat() {
    String r = net.node("Relu", "r", net.input("x"));
    String c = net.convolution("c", r, weight(1), 1, "SAME");
    String p = net.pad("p", r, 1, 1);
    String d = net.convolution("d", p, net.random(1, 3, 3, 1, 1), 1, "VALID");
    String one = net.node("AddV2", "one", r, c);
    String two = net.node("AddV2", "two", r, d);

    assertThat(LayerFinder.find(net.graph(one, two)).layers()).containsOnlyKeys("c", "d");
  }

  @Test
  void aSumOfValuesOfDifferentChannelsIsNoLayer() {
    String x = net.input("x");
    String c = net.convolution("c", x, net.random(1, 1, 1, 1, 3), 1, "SAME");
    String other = net.node("Relu", "r", x);
    LayerFinder.Found found = LayerFinder.find(net.graph(net.node("AddV2", "sum", c, other)));

    assertThat(found.fitting(Map.of("x", 3)).skipped()).containsEntry("c", "a grouped convolution");
    assertThat(found.fitting(Map.of("x", 1, "r", 1)).layers()).isEmpty(); // One channel plus three.
    assertThat(found.fitting(Map.of("x", 1, "r", 1)).skipped())
        .containsEntry("c", "a sum of values with different channels");
  }

  @Test
  void aNormalisationOfOtherChannelsIsNotFolded() {
    Constant two = Constant.vector(1, 1);
    String c = net.convolution("c", net.input("x"), weight(1), 1, "SAME");
    String n = net.normalised("n", c, two, two, two, two);

    assertThat(LayerFinder.find(net.graph(n)).layers()).containsOnlyKeys("c");
  }

  @Test
  void saysWhyAnOperationIsNoLayer() {
    String x = net.input("x");
    net.node("MatMul", "m", x, net.input("y"));
    String d = net.depthwise("d", x, net.random(1, 3, 3, 2, 4), 1, "SAME");

    assertThat(LayerFinder.find(net.graph("m", d)).skipped())
        .containsEntry("m", "its weights are not constant")
        .containsEntry("d", "several filters per channel");
  }

  private static Constant weight(float value) {
    return new Constant(List.of(1, 1, 1, 1), new float[] {value});
  }

  @Test
  void aLayerOfALaterOutputIsSkipped() {
    net.node("Split", "s", net.input("x"));
    String direct = net.convolution("c", "s:1", weight(1), 1, "SAME");
    String padded = net.pad("p", "s:1", 0, 1);
    String behind = net.convolution("d", padded, weight(1), 1, "VALID");
    String first = net.convolution("e", "s:0", weight(1), 1, "SAME");
    LayerFinder.Found found = LayerFinder.find(net.graph(direct, behind, first));

    assertThat(found.layers()).containsOnlyKeys("e");
    assertThat(found.skipped()).containsOnlyKeys("c", "d");
  }

  @Test
  void aConstantOfAnotherDimensionIsNoBias() {
    String c = net.convolution("c", net.input("x"), net.random(1, 1, 1, 2, 3), 1, "SAME");
    String rows = net.constant("rows", new Constant(List.of(1, 3, 1, 1), new float[3]));
    String sum = net.node("Mul", "m", c, rows);

    assertThat(LayerFinder.find(net.graph(sum)).layers()).containsOnlyKeys("c");
  }

  @Test
  void attributesMayBeMissing() {
    String m = net.node("MatMul", "m", net.input("x"), net.constant("w", weight(1)));

    assertThat(LayerFinder.find(net.graph(m)).layers()).containsOnlyKeys("m");
  }

  @Test
  void aGroupedConvolutionIsSkipped() {
    String c = net.convolution("c", net.input("x"), net.random(1, 1, 1, 2, 4), 1, "SAME");
    LayerFinder.Found found = LayerFinder.find(net.graph(c));

    assertThat(found.fitting(Map.of("x", 2))).isEqualTo(found);
    assertThat(found.fitting(Map.of("x", 4)).layers()).isEmpty(); // Two groups of two.
    assertThat(found.fitting(Map.of("x", 4)).skipped()).containsEntry("c", "a grouped convolution");
  }

  @Test
  void aFoldedPadPadsAFilterOfOneToo() {
    String padded = net.pad("p", net.input("x"), 1, 1);
    String c = net.convolution("c", padded, weight(1), 1, "VALID");

    assertThat(LayerFinder.find(net.graph(c)).layers().get("c").isPadded()).isTrue();
  }
}
