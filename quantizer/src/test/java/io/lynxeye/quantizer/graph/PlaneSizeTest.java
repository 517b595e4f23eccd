package io.lynxeye.quantizer.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Two values have the same size in the cases in which TensorFlow gives them the same shape. */
class PlaneSizeTest {

  private final TestNet net = new TestNet();
  private final String x = net.input("x");

  private PlaneSize size(String value) {
    return new PlaneSize.Finder(net.graph(value)).of(value);
  }

  private String convolution(String name, String input, int size, int stride, String padding) {
    return net.convolution(name, input, net.random(1, size, size, 1, 1), stride, padding);
  }

  @Test
  void whatMovesOneByOneAndKeepsTheEdgesChangesNothing() {
    String same = convolution("a", x, 3, 1, "SAME");
    String plain = convolution("b", net.node("Relu", "r", same), 1, 1, "VALID");

    assertThat(size(plain)).isEqualTo(size(x));
    assertThat(size(convolution("c", x, 3, 1, "VALID"))).isNotEqualTo(size(x));
    assertThat(size(convolution("d", x, 3, 2, "SAME"))).isNotEqualTo(size(x));
  }

  @Test
  void thePathsOfAResidualBlockWithAStrideMeet() {
    // For n = 7: a filter of 1 sees 0, 2, 4, 6; one of 3 with a pad of 1 as many; so does SAME.
    String projection = convolution("projection", x, 1, 2, "VALID");
    String padded = convolution("padded", net.pad("pad", x, 1, 1), 3, 2, "VALID");
    String same = convolution("same", x, 3, 2, "SAME");

    assertThat(size(padded)).isEqualTo(size(projection)).isEqualTo(size(same));
    assertThat(size(net.maxPool("pool", x))).isNotEqualTo(size(projection)); // 3 of 7, not 4.
  }

  @Test
  void stridesOneAfterTheOtherAreOneStride() {
    // Two of 2, with filters of 1, are one of 4.
    String twice = convolution("b", convolution("a", x, 1, 2, "VALID"), 1, 2, "VALID");

    assertThat(size(twice)).isEqualTo(size(convolution("c", x, 1, 4, "VALID")));
  }

  @Test
  void aDilatedFilterIsAsLargeAsWhatItSpans() {
    String dilated = net.dilated("a", x, net.random(1, 3, 3, 1, 1), 2, "VALID"); // Spans 5.

    assertThat(size(dilated)).isEqualTo(size(convolution("b", x, 5, 1, "VALID")));
  }

  @Test
  void aGateOfOnePositionTakesTheSizeOfWhatItScales() {
    String gate = convolution("gate", net.keptMean("mean", x), 1, 1, "SAME");
    String scaled = net.node("Mul", "scaled", gate, net.node("Relu", "r", x));

    assertThat(size(scaled)).isEqualTo(size(x));
    assertThat(size(gate)).isNotEqualTo(size(x));
  }

  @Test
  void numbersPerChannelChangeNothingAndOtherConstantsMay() {
    String perChannel = net.constant("c", new Constant(List.of(1, 1, 1, 3), new float[3]));
    String perRow = net.constant("d", new Constant(List.of(1, 3, 1, 1), new float[3]));

    assertThat(size(net.node("Mul", "m", x, perChannel))).isEqualTo(size(x));
    assertThat(size(net.node("Mul", "n", x, perRow))).isNotEqualTo(size(x));
  }

  @Test
  void whatIsNotUnderstoodHasItsOwnSize() {
    String resized = net.node("ResizeBilinear", "big", x, net.input("size"));

    assertThat(size(resized)).isNotEqualTo(size(x)).isEqualTo(size(resized));
    assertThat(size(net.node("AddV2", "sum", x, resized))).isNotEqualTo(size(x));
  }
}
