package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.device.Cpu;
import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.rewrite.Rewriter;
import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.quantizer.search.Runs;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.ModelSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;

/**
 * Each form that an int8 layer can have, on TensorFlow, against float32. The operations have limits
 * that no document states: a form that is only accepted may compute something else.
 */
@Tag("engine")
class FormsEngineTest {

  private static final int SIZE = 12;
  private static final int CHANNELS = FormNet.CHANNELS;

  /**
   * Eight bits make errors of a hundredth of the range per layer; a wrong form makes some of more
   * than a quarter.
   */
  private static final double TOLERANCE = 0.06;

  /**
   * On x86-64 without VNNI, oneDNN adds pairs of products in 16 bits, which saturate where both are
   * large. Random inputs and weights are; there, only gross errors are found.
   */
  private static final double TOLERANCE_WITHOUT_VNNI = 0.4;

  private static EngineLoader loader;

  @TempDir Path store;

  /**
   * A small network.
   *
   * @param signs what the node of the layer "c" must show, so that it is this form
   * @param build the network from its input; returns its output
   */
  private record Form(String name, List<String> signs, Function<FormNet, String> build) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Form form(String name, String signs, Function<FormNet, String> build) {
    return new Form(name, signs.isEmpty() ? List.of() : List.of(signs.split(" ")), build);
  }

  static Stream<Form> forms() {
    return Stream.of(
        form(
            "unsigned with Relu",
            "in:QUINT8 out:QUINT8 SAME",
            n -> n.relu("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"))),
        form(
            "unsigned with Relu6",
            "in:QUINT8 out:QUINT8",
            n -> {
              String wide =
                  n.net.convolution("c", n.unsigned(), n.net.random(1.5, 1, 1, 8, 8), 1, "SAME");
              return n.net.node("Relu6", "c/relu6", wide);
            }),
        form(
            "signed result",
            "out:QINT8",
            n -> n.padded(n.biased("c", n.convolution("c", n.unsigned(), 1, 1, "SAME")))),
        form(
            "shifted result",
            "out:QUINT8 Relu",
            n -> n.plain(n.biased("c", n.convolution("c", n.unsigned(), 1, 1, "SAME")))),
        form(
            "signed input, padded",
            "in:QINT8 SAME",
            n -> n.relu("c", n.convolution("c", n.signed("s"), 3, 1, "SAME"))),
        form(
            "shifted input",
            "in:QUINT8",
            n -> n.relu("c", n.convolution("c", n.signed("s"), 1, 1, "SAME"))),
        form(
            "stride 2, SAME",
            "stride:2 SAME",
            n -> n.relu("c", n.convolution("c", n.unsigned(), 3, 2, "SAME"))),
        form(
            "stride 2, VALID",
            "stride:2 VALID",
            n -> n.relu("c", n.convolution("c", n.unsigned(), 3, 2, "VALID"))),
        form(
            "stride 2, padded before",
            "stride:2 EXPLICIT",
            n -> {
              String pad = n.net.pad("pad", n.unsigned(), 1, 1);
              return n.relu("c", n.convolution("c", pad, 3, 2, "VALID"));
            }),
        form(
            "padded on one side",
            "stride:2 EXPLICIT in:QINT8",
            n -> {
              String pad = n.net.pad("pad", n.signed("s"), 0, 1);
              return n.relu("c", n.convolution("c", pad, 3, 2, "VALID"));
            }),
        form(
            "dilation, SAME",
            "dilation:2 SAME",
            n -> n.relu("c", n.net.dilated("c", n.unsigned(), n.filter(3), 2, "SAME"))),
        form(
            "dilation, VALID",
            "dilation:2 VALID",
            n -> n.relu("c", n.net.dilated("c", n.unsigned(), n.filter(3), 2, "VALID"))),
        form(
            "sum with an unsigned value",
            "Sum summand:QUINT8",
            n -> {
              String other = n.relu("v", n.convolution("v", "x", 1, 1, "SAME"));
              String c = n.biased("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"));
              return n.net.node("Relu", "r", n.net.node("AddV2", "sum", other, c));
            }),
        form(
            "sum with what the convolution reads", // As a part of the layer, it ends the process.
            "BiasAdd out:QUINT8",
            n -> {
              String u = n.unsigned();
              String c = n.biased("c", n.convolution("c", u, 3, 1, "SAME"));
              return n.net.node("Relu", "r", n.net.node("AddV2", "sum", u, c));
            }),
        form(
            "sum with a shifted value",
            "Sum summand:QUINT8",
            n -> {
              String other = n.signed("s");
              String c = n.biased("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"));
              return n.net.node("Relu", "r", n.net.node("AddV2", "sum", other, c));
            }),
        form(
            "sum without an activation",
            "Sum out:QUINT8",
            n -> {
              String other = n.signed("s");
              String c = n.biased("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"));
              return n.plain(n.net.node("AddV2", "sum", other, c));
            }),
        form(
            "sum without an activation, then padded",
            "Sum out:QUINT8",
            n -> {
              String other = n.signed("s");
              String c = n.biased("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"));
              return n.padded(n.net.node("AddV2", "sum", other, c));
            }),
        form(
            "sum with a value in float32",
            "Sum summand:QUINT8",
            n -> {
              String other = n.net.node("Tanh", "t", "x");
              String c = n.biased("c", n.convolution("c", n.unsigned(), 3, 1, "SAME"));
              return n.net.node("Relu", "r", n.net.node("AddV2", "sum", other, c));
            }),
        form(
            "depthwise, SAME",
            "depthwise SAME in:QUINT8 out:QUINT8",
            n -> n.relu("c", n.depthwise("c", n.unsigned(), 1, "SAME"))),
        form(
            "depthwise, SAME, stride 2",
            "depthwise SAME stride:2",
            n -> n.relu("c", n.depthwise("c", n.unsigned(), 2, "SAME"))),
        form(
            "depthwise, VALID",
            "depthwise VALID",
            n -> n.relu("c", n.depthwise("c", n.unsigned(), 1, "VALID"))),
        form(
            "depthwise, padded before, stride 2",
            "depthwise EXPLICIT stride:2",
            n -> {
              String pad = n.net.pad("pad", n.unsigned(), 0, 1);
              return n.relu("c", n.depthwise("c", pad, 2, "VALID"));
            }),
        form(
            "depthwise with Relu6",
            "depthwise out:QUINT8",
            n -> {
              Constant large = n.net.random(1, 3, 3, CHANNELS, 1);
              String c = n.net.depthwise("c", n.unsigned(), large, 1, "SAME");
              return n.net.node("Relu6", "c/relu6", c);
            }),
        form(
            "depthwise, signed input",
            "depthwise in:QINT8",
            n -> n.relu("c", n.depthwise("c", n.signed("s"), 1, "SAME"))),
        form(
            "depthwise, shifted input",
            "depthwise in:QUINT8 VALID",
            n -> n.relu("c", n.depthwise("c", n.signed("s"), 1, "VALID"))),
        form(
            "depthwise, signed result",
            "depthwise out:QINT8",
            n -> n.padded(n.biased("c", n.depthwise("c", n.unsigned(), 1, "SAME")))),
        form(
            "depthwise, shifted result",
            "depthwise out:QUINT8",
            n -> n.plain(n.biased("c", n.depthwise("c", n.unsigned(), 1, "SAME")))),
        form(
            "through a padded pooling",
            "in:QUINT8",
            n -> {
              String pooled = n.net.maxPool("pool", n.net.pad("pad", n.unsigned(), 1, 1));
              return n.relu("c", n.convolution("c", pooled, 3, 1, "SAME"));
            }),
        form(
            "through a pooling of shifted values",
            "in:QUINT8",
            n -> {
              String pooled = n.net.maxPool("pool", n.signed("s"));
              return n.relu("c", n.convolution("c", pooled, 1, 1, "SAME"));
            }));
  }

  @BeforeAll
  static void start() throws Exception {
    loader = EngineModel.start();
  }

  /** The same numbers each time, for a model's own signature. */
  private static List<PreparedInput> inputs(LoadedModel model) throws Exception {
    Random random = new Random(5);
    List<PreparedInput> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int count = SIZE * SIZE * CHANNELS;
      ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int k = 0; k < count; k++) {
        data.putFloat((float) random.nextGaussian());
      }
      List<Long> shape = List.of(1L, (long) SIZE, (long) SIZE, (long) CHANNELS);
      Tensor tensor = Tensor.of("x", Datatype.FP32, shape, data.flip());
      inputs.add(
          model.prepare(new ModelInput.Tensors(model.description().signature(), List.of(tensor))));
    }
    return inputs;
  }

  private static List<float[]> outputs(Runs runs, LoadedModel model) throws Exception {
    List<float[]> outputs = new ArrayList<>();
    runs.each(
        model,
        inputs(model),
        output -> outputs.add(((ModelOutput.Tensors) output).all().get(0).floats()));
    return outputs;
  }

  /** What the node of an int8 layer shows of its form. */
  private static List<String> signs(NodeDef node) {
    List<String> signs =
        node.getAttrOrThrow("fused_ops").getList().getSList().stream()
            .map(step -> step.toStringUtf8())
            .collect(Collectors.toCollection(ArrayList::new));
    signs.add("in:" + type(node, "Tinput"));
    signs.add("out:" + type(node, "out_type"));
    signs.add("summand:" + type(node, "Tsummand"));
    signs.add(node.getAttrOrThrow("padding").getS().toStringUtf8());
    signs.add("stride:" + node.getAttrOrThrow("strides").getList().getI(1));
    signs.add("dilation:" + node.getAttrOrThrow("dilations").getList().getI(1));
    if (node.getOp().contains("Depthwise")) {
      signs.add("depthwise");
    }
    return signs;
  }

  private static String type(NodeDef node, String key) {
    return node.getAttrOrThrow(key).getType().name().substring("DT_".length());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isNearFloat(Form form) throws Exception {
    FormNet net = new FormNet();
    net.net.input("x");
    String output = form.build().apply(net);
    ModelSource source =
        EngineModel.write(
            store,
            net.net,
            EngineModel.tensor("x", -1, SIZE, SIZE, CHANNELS),
            EngineModel.tensor(output, -1, -1, -1, -1),
            Map.of());
    ModelGraphFile file = ModelGraphFile.read(source);
    Map<String, Layer> layers = LayerFinder.find(file.graph()).layers();
    Candidates candidates =
        new Candidates(
            loader,
            source,
            file,
            Files.createDirectory(store.resolve(".scratch")),
            new Tuning(1, 1, new EngineThreads(1, 1), false));
    try (Runs runs = new Runs(1);
        LoadedModel exact = candidates.exact()) {
      Probes probes = new Probes(layers);
      try (LoadedModel probed =
          candidates.load(probes.graph(file.graph(), layers), probes.outputs())) {
        runs.each(probed, inputs(probed), o -> probes.add((ModelOutput.Tensors) o));
      }
      assertThat(LayerFinder.find(file.graph()).fitting(probes.channels()).layers())
          .hasSameSizeAs(layers);
      Collection<NodeDef> nodes =
          new Rewriter(
                  file.graph(),
                  layers,
                  probes.ranges(),
                  layers.values().stream().map(Layer::name).collect(Collectors.toSet()))
              .write(file.graph().roots());
      NodeDef node =
          nodes.stream().filter(n -> n.getName().equals("int8/c")).findFirst().orElseThrow();
      assertThat(signs(node)).containsAll(form.signs());

      try (LoadedModel int8 = candidates.load(nodes, Map.of())) {
        assertNear(outputs(runs, exact), outputs(runs, int8));
      }
    }
  }

  private static double tolerance() {
    Set<String> flags = Cpu.ofThisMachine().flags();
    boolean saturates =
        flags.contains("avx2") && flags.stream().noneMatch(flag -> flag.endsWith("vnni"));
    return saturates ? TOLERANCE_WITHOUT_VNNI : TOLERANCE;
  }

  private static void assertNear(List<float[]> exact, List<float[]> others) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < exact.size(); i++) {
      assertThat(others.get(i)).hasSameSizeAs(exact.get(i));
      for (int k = 0; k < exact.get(i).length; k++) {
        largest = Math.max(largest, Math.abs(exact.get(i)[k]));
        error = Math.max(error, Math.abs(exact.get(i)[k] - others.get(i)[k]));
      }
    }
    assertThat(largest).isGreaterThan(0.5);
    assertThat(error / largest).isLessThan(tolerance());
  }
}
