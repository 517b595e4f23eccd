package io.lynxeye.importers.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which batch normalisation can be folded into which convolution: the one that is the sole reader
 * of a convolution without activation.
 */
final class Foldings {
  private final Map<String, Layer> normByConvolution = new HashMap<>();

  static Foldings none() {
    return new Foldings();
  }

  static Foldings in(LayersModel model) throws InvalidModelException {
    Map<String, Integer> readers = new HashMap<>();
    Map<String, Layer> byName = new HashMap<>();
    for (Layer layer : model.layers()) {
      byName.put(layer.name(), layer);
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    readers.merge(model.output(), 1, Integer::sum);
    Foldings foldings = new Foldings();
    for (Layer layer : model.layers()) {
      List<String> inputs = layer.inputs();
      if (layer.type().equals("BatchNormalization") && inputs.size() == 1) {
        Layer before = byName.get(inputs.get(0));
        if (before != null
            && before.type().equals("Conv2D")
            && before.text("activation", "linear").equals("linear")
            && readers.get(before.name()) == 1) {
          foldings.normByConvolution.put(before.name(), layer);
        }
      }
    }
    return foldings;
  }

  /** The normalisation to fold into this convolution, or null. */
  Layer normAfter(Layer convolution) {
    return normByConvolution.get(convolution.name());
  }

  boolean isFolded(Layer norm) {
    return normByConvolution.containsValue(norm);
  }
}
