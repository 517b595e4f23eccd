package io.lynxeye.quantizer.search;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.FrozenGraph;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.rewrite.ChannelRange;
import io.lynxeye.quantizer.rewrite.Rewriter;
import io.lynxeye.serving.engine.ModelOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Outputs that report the activations of a model: for each value the smallest, largest and mean
 * number of every channel.
 */
public final class Probes {

  private static final String PREFIX = "calibration/";
  private static final List<String> REDUCTIONS = List.of("Min", "Max", "Mean", "Sum");

  private final Map<String, String> values = new LinkedHashMap<>(); // By the key of the output.
  private final Map<String, ChannelRange> ranges = new LinkedHashMap<>();
  private final Map<String, Double> positions = new LinkedHashMap<>();
  private long images;

  /** Probes for everything that an int8 layer may read, write or add. */
  public Probes(Map<String, Layer> layers) {
    Set<String> wanted = new LinkedHashSet<>();
    for (Layer layer : layers.values()) {
      if (layer.kind() != Layer.Kind.MATRIX) {
        wanted.add(layer.input());
        wanted.add(layer.output());
        layer.summand().ifPresent(wanted::add);
      }
    }
    int number = 0;
    for (String value : wanted) {
      values.put("calibration_" + number++, value);
    }
  }

  /** The keys of the additional outputs, and the nodes that they fetch. */
  public Map<String, String> outputs() {
    Map<String, String> outputs = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            REDUCTIONS.forEach(
                reduction -> outputs.put(key + "_" + reduction, PREFIX + value + "/" + reduction)));
    return outputs;
  }

  /** The graph in float32, with the probes. */
  public List<NodeDef> graph(FrozenGraph graph, Map<String, Layer> layers) {
    List<String> roots = new ArrayList<>(graph.roots());
    roots.addAll(values.values());
    List<NodeDef> nodes =
        new ArrayList<>(new Rewriter(graph, layers, Map.of(), Set.of()).write(roots));
    nodes.add(Constant.integers(PREFIX + "axes", 1, 2));
    for (String value : values.values()) {
      for (String reduction : REDUCTIONS) {
        nodes.add(
            NodeDef.newBuilder()
                .setName(PREFIX + value + "/" + reduction)
                .setOp(reduction)
                .addInput(value)
                .addInput(PREFIX + "axes")
                .putAttr("T", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build())
                .putAttr("Tidx", AttrValue.newBuilder().setType(DataType.DT_INT32).build())
                .putAttr("keep_dims", AttrValue.newBuilder().setB(false).build())
                .build());
      }
    }
    return nodes;
  }

  /** Takes the probes of one image in. */
  public synchronized void add(ModelOutput.Tensors output) {
    images++;
    values.forEach(
        (key, value) -> {
          float[] min = numbers(output, key + "_Min");
          float[] max = numbers(output, key + "_Max");
          float[] mean = numbers(output, key + "_Mean");
          positions.putIfAbsent(value, positions(mean, numbers(output, key + "_Sum")));
          ChannelRange known = ranges.get(value);
          if (known == null) {
            ranges.put(value, new ChannelRange(min, max, mean));
            return;
          }
          for (int i = 0; i < min.length; i++) {
            known.min()[i] = Math.min(known.min()[i], min[i]);
            known.max()[i] = Math.max(known.max()[i], max[i]);
            known.mean()[i] += mean[i];
          }
        });
  }

  private static float[] numbers(ModelOutput.Tensors output, String key) {
    return output.named(key).orElseThrow().floats();
  }

  /** Sum and mean differ by the number of positions. */
  private static double positions(float[] mean, float[] sum) {
    int largest = 0;
    for (int i = 1; i < mean.length; i++) {
      if (Math.abs(mean[i]) > Math.abs(mean[largest])) {
        largest = i;
      }
    }
    return mean[largest] == 0 ? 1 : Math.max(1, Math.rint(sum[largest] / mean[largest]));
  }

  /** The multiplications of a layer for one input. */
  public synchronized double work(Layer layer) {
    double weights = layer.weights().values().length;
    return weights * positions.getOrDefault(layer.output(), 1.0);
  }

  /** The number of channels of each value. */
  public synchronized Map<String, Integer> channels() {
    return ranges.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().min().length));
  }

  /** The ranges over all images, by value. */
  public synchronized Map<String, ChannelRange> ranges() {
    Map<String, ChannelRange> all = new LinkedHashMap<>();
    ranges.forEach(
        (value, range) -> {
          float[] mean = range.mean().clone();
          for (int i = 0; i < mean.length; i++) {
            mean[i] /= images;
          }
          all.put(value, new ChannelRange(range.min(), range.max(), mean));
        });
    return all;
  }
}
