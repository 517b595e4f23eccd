package io.lynxeye.quantizer.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.graph.TestNet;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantizedWeightsTest {

  /** Two input channels, two output channels: rows are inputs. */
  private static Layer layer(float... values) {
    TestNet net = new TestNet();
    String c =
        net.convolution("c", net.input("x"), new Constant(List.of(1, 1, 2, 2), values), 1, "SAME");
    return LayerFinder.find(net.graph(c)).layers().get("c");
  }

  @Test
  void eachOutputChannelHasItsOwnScale() {
    QuantizedWeights weights = QuantizedWeights.of(layer(1, 100, -0.5f, 25));

    assertThat(weights.limits()).containsExactly(1, 100);
    assertThat(weights.numbers()).containsExactly(127, 127, -64, 32); // -63.5 and 31.75, rounded.
  }

  @Test
  void theResponseToConstantInputsIsThatOfTheRoundedWeights() {
    Layer layer = layer(1, 100, -0.5f, 25);
    float[] response = QuantizedWeights.of(layer).response(layer, new float[] {2, 3});

    assertThat(response[0]).isCloseTo(2 * 1 + 3 * (-64 / 127f), within(1e-5f));
    assertThat(response[1]).isCloseTo(2 * 100 + 3 * (32 * 100 / 127f), within(1e-3f));
  }

  @Test
  void theRoundingErrorIsTheDifferenceForTheMeanInput() {
    Layer layer = layer(1, 100, -0.5f, 25);
    float[] error = QuantizedWeights.of(layer).roundingError(layer, new float[] {2, 3});

    assertThat(error[0]).isCloseTo(3 * (-64 / 127f + 0.5f), within(1e-5f));
  }
}
