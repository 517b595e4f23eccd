package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.TestNet;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizationReport;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
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
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** The whole way, on TensorFlow: a small network with every form that int8 layers have. */
@Tag("engine")
class QuantizerEngineTest {

  private static EngineLoader loader;

  @TempDir Path store;

  @BeforeAll
  static void start() throws Exception {
    Path cache = UserFolders.ofThisUser();
    EngineConfig config = new EngineConfig(DeviceChoice.parse("cpu"), cache, 0, 0);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    var jpeg = JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(cache));
    loader = new EngineLoader(engine, config, new ImageDecoder(DecodeLimits.defaults(), jpeg));
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

  private static TensorInfo tensor(String name, long... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (long size : shape) {
      sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorInfo.newBuilder()
        .setName(name + ":0")
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(sizes)
        .build();
  }

  private ModelSource write(TestNet net) throws Exception {
    Path folder = Files.createDirectories(store.resolve("small").resolve("1"));
    SignatureDef signature =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs("pixels", tensor("pixels", -1, 32, 32, 3))
            .putOutputs("probabilities", tensor("probabilities", -1, 10))
            .build();
    MetaGraphDef meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
            .setGraphDef(GraphDef.newBuilder().addAllNode(net.graph("probabilities").nodes()))
            .putSignatureDef("serving_default", signature)
            .build();
    try (OutputStream out = Files.newOutputStream(folder.resolve("saved_model.pb"))) {
      SavedModel.newBuilder()
          .setSavedModelSchemaVersion(1)
          .addMetaGraphs(meta)
          .build()
          .writeTo(out);
    }
    return new ModelSource(
        new ModelId("small", 1),
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
        ModelManifest.of(
            Map.of(
                "width",
                "32",
                "height",
                "32",
                "toTensor",
                "false",
                "normalize",
                "127,127,127,64,64,64")));
  }

  /** Coloured shapes. */
  private static List<byte[]> images(int count) throws Exception {
    Random random = new Random(3);
    List<byte[]> images = new ArrayList<>();
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
      images.add(file.toByteArray());
    }
    return images;
  }

  private QuantizeResult quantize(ModelSource source, double agree) throws Exception {
    return new Quantizer(loader, new Silent(), 2, 0.02)
        .run(new QuantizeRequest(source, store, images(12), false, agree, "test"));
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
    try (var files = Files.list(store)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("small", ".quantizing.lock");
    }
  }

  @Test
  void everyLayerInInt8StaysNearFloat() throws Exception {
    // Random weights: the mean change of the best probability says more than the best class.
    QuantizeResult result = quantize(write(net()), 0.01);

    assertThat(result.curve().get(0).realLayers()).hasSizeLessThanOrEqualTo(1);
    assertThat(result.curve().get(0).agreement().meanChange()).isLessThan(0.02);
  }

  @Test
  void aModelWithVariablesIsRefused() throws Exception {
    TestNet net = net();
    net.node("VarHandleOp", "variable");
    net.node("Softmax", "other", "variable");
    ModelSource source = write(net);
    Files.createDirectories(source.folder().resolve("variables"));
    Files.writeString(source.folder().resolve("variables/variables.index"), "");

    assertThatThrownBy(() -> quantize(source, 0.9))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("not frozen")
        .hasMessageContaining("convert_variables_to_constants_v2");
  }

  @Test
  void anInt8ModelIsRefused() throws Exception {
    TestNet net = net();
    net.constant("scalar", Constant.scalar(1));
    ModelSource source = write(net);
    quantize(source, 0.5);
    Files.copy(
        source.folder().resolve("int8/saved_model.pb"),
        source.modelFile(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> quantize(source, 0.9)).hasMessageContaining("int8 already");
  }

  private static final class Silent implements QuantizeListener {
    @Override
    public void step(String what, int total) {}

    @Override
    public void advance() {}

    @Override
    public void say(String line) {}

    @Override
    public void warn(String line) {}
  }
}
