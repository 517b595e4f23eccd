package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.quantizer.graph.TestNet;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizationReport;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;

/** The whole way, on TensorFlow, with a small network; {@link FormsEngineTest} has every form. */
@Tag("engine")
class QuantizerEngineTest {

  private static EngineLoader loader;

  @TempDir Path store;

  @BeforeAll
  static void start() throws Exception {
    loader = EngineModel.start();
  }

  /** 32 x 32 pixels: padded stem, pooling, a residual block with projection, an inverted block. */
  private static TestNet net() {
    TestNet net = new TestNet();
    String x = net.pad("pad", net.input("pixels"), 1, 1);
    x = net.convolution("stem", x, net.random(0.02, 3, 3, 3, 16), 1, "VALID");
    x = net.node("Relu", "stem/relu", net.bias("stem/bias", x, net.random(0.5, 16)));
    x = net.maxPool("pool", x);
    String side = net.convolution("side", x, net.random(0.25, 1, 1, 16, 24), 1, "SAME");
    String main = net.convolution("main1", x, net.random(0.1, 3, 3, 16, 16), 1, "SAME");
    main = net.node("Relu", "main1/relu", net.bias("main1/bias", main, net.random(0.3, 16)));
    main = net.convolution("main2", main, net.random(0.25, 1, 1, 16, 24), 1, "SAME");
    x = net.node("Relu", "sum/relu", net.node("AddV2", "sum", main, side));
    String wide = net.convolution("expand", x, net.random(0.2, 1, 1, 24, 48), 1, "SAME");
    wide = net.node("Relu6", "expand/relu", wide);
    wide = net.pad("depth/pad", wide, 0, 2);
    wide = net.depthwise("depth", wide, net.random(0.4, 3, 3, 48, 1), 1, "VALID");
    wide = net.node("Relu6", "depth/relu", net.bias("depth/bias", wide, net.random(0.3, 48)));
    String narrow = net.convolution("project", wide, net.random(0.2, 1, 1, 48, 24), 1, "SAME");
    x = net.node("AddV2", "linear", narrow, x);
    x = net.convolution("last", x, net.random(0.2, 1, 1, 24, 32), 1, "SAME");
    x = net.mean("mean", net.node("Relu", "last/relu", x));
    net.node("Softmax", "probabilities", net.matrix("head", x, net.random(0.4, 32, 10)));
    return net;
  }

  private ModelSource write(TestNet net) throws Exception {
    return write(net, EngineModel.tensor("probabilities", -1, 10));
  }

  private ModelSource write(TestNet net, TensorInfo output) throws Exception {
    return EngineModel.write(
        store,
        net,
        EngineModel.tensor("pixels", -1, 32, 32, 3),
        output,
        Map.of(
            "width",
            "32",
            "height",
            "32",
            "toTensor",
            "false",
            "normalize",
            "127,127,127,64,64,64"));
  }

  /** Coloured shapes. */
  private static List<ImageFile> images(int count) throws Exception {
    Random random = new Random(3);
    List<ImageFile> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      for (int shape = 0; shape < 12; shape++) {
        graphics.setColor(new Color(random.nextInt(1 << 24)));
        graphics.fillOval(random.nextInt(96) - 20, random.nextInt(96) - 20, 60, 40);
      }
      graphics.dispose();
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(image, "png", file);
      images.add(ImageFile.of("image " + i, file.toByteArray()));
    }
    return images;
  }

  private QuantizeResult quantize(ModelSource source, double agree) throws Exception {
    return quantize(source, agree, new RecordingListener());
  }

  private QuantizeResult quantize(ModelSource source, double agree, QuantizeListener listener)
      throws Exception {
    return new Quantizer(loader, listener, 2, 0.02)
        .run(new QuantizeRequest(source, store, images(12), false, agree, "test"));
  }

  private void assertStoreHasOnlyTheModel() throws Exception {
    try (var files = Files.list(store)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("small", ".quantizing.lock");
    }
  }

  @Test
  void theInt8ModelAgreesAndItsReportSaysSo() throws Exception {
    ModelSource source = write(net());
    QuantizeResult result = quantize(source, 0.9);

    assertThat(result.isMet()).isTrue();
    QuantizationReport report = QuantizationReport.read(source.folder()).orElseThrow();
    assertThat(report.agreement()).isBetween(0.9, 1.0);
    assertThat(report.isOf(source.modelFile())).isTrue();
    try (var files = Files.list(source.folder().resolve("int8"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("saved_model.pb", "report.json");
    }
    SavedModel written =
        SavedModel.parseFrom(Files.readAllBytes(source.folder().resolve("int8/saved_model.pb")));
    List<String> operations =
        written.getMetaGraphs(0).getGraphDef().getNodeList().stream()
            .map(node -> node.getOp())
            .toList();
    assertThat(operations)
        .contains("_FusedQuantizedConv2D", "_FusedQuantizedDepthwiseConv2D", "MatMul");

    // A second run replaces the first, and leaves nothing else behind.
    quantize(source, 0.9);
    assertStoreHasOnlyTheModel();
  }

  @Test
  void everyLayerInInt8StaysNearFloat() throws Exception {
    // Random weights: the mean change of the best probability says more than the best class.
    QuantizeResult result = quantize(write(net()), 0.01);

    assertThat(result.curve().get(0).realLayers()).hasSizeLessThanOrEqualTo(1);
    assertThat(result.curve().get(0).agreement().meanChange()).isLessThan(0.02);
  }

  @Test
  void aModelWithoutClassScoresIsRefusedWithTheReason() throws Exception {
    TestNet net = net();
    net.node("Identity", "boxes", "head");
    ModelSource source = write(net, EngineModel.tensor("boxes", -1, 10));

    assertThatThrownBy(() -> quantize(source, 0.9))
        .isInstanceOf(QuantizeException.class)
        .hasMessageStartingWith(
            "small/1 gives no class scores (its output is boxes: float [-1, 10])")
        .hasMessageContaining("topK");
    assertStoreHasOnlyTheModel();
  }

  @Test
  void anInterruptedRunLeavesNothingBehind() throws Exception {
    ModelSource source = write(net());
    List<String> steps = new ArrayList<>();
    QuantizeListener interrupting =
        new RecordingListener() {
          @Override
          public void step(String what, int total) {
            steps.add(what);
            if (what.startsWith("measuring the damage")) {
              Thread.currentThread().interrupt();
            }
          }
        };

    assertThatThrownBy(() -> quantize(source, 0.9, interrupting))
        .isInstanceOf(InterruptedException.class);
    assertThat(steps).last().asString().startsWith("measuring the damage");
    assertStoreHasOnlyTheModel();
    assertThat(source.folder().resolve("int8")).doesNotExist();
  }
}
