package io.lynxeye.quantizer;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.quantizer.graph.TestNet;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** TensorFlow, and models for it in a store. */
final class EngineModel {

  private EngineModel() {}

  /** Starts TensorFlow on the CPU. */
  static EngineLoader start() throws Exception {
    Path cache = UserFolders.ofThisUser();
    EngineConfig config = new EngineConfig(DeviceChoice.parse("cpu"), cache, 0, 0);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    var jpeg = JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(cache));
    return new EngineLoader(engine, config, new ImageDecoder(DecodeLimits.defaults(), jpeg));
  }

  static TensorInfo tensor(String name, long... shape) {
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

  /**
   * Writes version 1 of a model called {@code small}.
   *
   * @param output the key and the node of its only output
   */
  static ModelSource write(
      Path store, TestNet net, TensorInfo input, TensorInfo output, Map<String, String> manifest)
      throws Exception {
    Path folder = Files.createDirectories(store.resolve("small").resolve("1"));
    String inputName = input.getName().replace(":0", "");
    String outputName = output.getName().replace(":0", "");
    SignatureDef signature =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs(inputName, input)
            .putOutputs(outputName, output)
            .build();
    MetaGraphDef meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
            .setGraphDef(GraphDef.newBuilder().addAllNode(net.graph(outputName).nodes()))
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
        ModelManifest.of(manifest));
  }
}
