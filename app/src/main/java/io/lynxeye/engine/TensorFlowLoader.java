package io.lynxeye.engine;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.tensorflow.engine.javacpp.JavacppUtils;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;

/** Loads SavedModels through DJL. */
final class TensorFlowLoader implements ModelLoader {

  private final TensorFlowEngine engine;
  private final ImageDecoder decoder;

  /**
   * @param decoder shared by all models, so that its limits hold for the process
   */
  TensorFlowLoader(TensorFlowEngine engine, ImageDecoder decoder) {
    this.engine = engine;
    this.decoder = decoder;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    Device device = Placement.of(source.manifest(), engine.device());
    SavedModelBundle bundle = open(source, device);
    try {
      Map<String, SignatureDef> signatures = bundle.getMetaGraphDef().getSignatureDefMap();
      Signature.find(signatures, source.manifest()); // TfSymbolBlock would take another.
      TfSymbolBlock block = new TfSymbolBlock(bundle, source.manifest().signature());
      Optional<CustomTranslator> custom = CustomTranslator.find(source);
      return custom.isPresent()
          ? translated(custom.get(), source, block, device)
          : describe(source, block, Signature.choose(signatures, source.manifest()), device);
    } catch (ModelLoadException | RuntimeException | Error e) {
      bundle.close();
      throw e;
    }
  }

  /**
   * Loads through DJL's own call below its Model. A Model would keep the graph's definition,
   * weights and all, in the Java heap, and would quietly take another signature for one it does not
   * find.
   */
  private SavedModelBundle open(ModelSource source, Device device) throws ModelLoadException {
    String folder = source.folder().toString();
    String[] tags = source.manifest().tags().split("\\s*,\\s*");
    try {
      SavedModelBundle whole =
          JavacppUtils.loadSavedModelBundle(folder, tags, engine.session(device), null);
      MetaGraphDef light = whole.getMetaGraphDef().toBuilder().clearGraphDef().build();
      return new SavedModelBundle(whole.getGraph(), whole.getSession(), light);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new ModelLoadException("TensorFlow cannot load it: " + e.getMessage(), e);
    }
  }

  private LoadedModel translated(
      CustomTranslator translator, ModelSource source, TfSymbolBlock block, Device device)
      throws ModelLoadException {
    NDManager manager = TensorFlowModel.newManager();
    try {
      Model model = new FolderModel(source.id().name(), source.folder(), manager, block);
      return translator.on(model, engine.description(), device.name());
    } catch (ModelLoadException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private LoadedModel describe(
      ModelSource source, TfSymbolBlock block, Signature signature, Device device)
      throws ModelLoadException {
    ModelManifest manifest = source.manifest();
    List<String> labels = LabelFile.read(source);
    OutputChoice outputs = OutputChoice.of(signature.outputs(), manifest, labels);
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine.description(),
            device.name(),
            signature.input().toString(),
            outputs.describe(),
            labels,
            manifest.topK());
    return new TensorFlowModel(
        block,
        input(manifest, signature.input()),
        outputs.adapter(manifest.applySoftmax()),
        description);
  }

  private InputAdapter input(ModelManifest manifest, TensorSpec input) throws ModelLoadException {
    List<Long> shape = input.shape().orElse(List.of());
    if (!shape.isEmpty() && shape.get(0) >= 0) {
      throw new ModelLoadException(
          "its input takes a fixed number of pictures; export it with an open batch dimension: "
              + input);
    }
    return switch (input.type()) {
      case "string" -> new EncodedInput(decoder);
      case "float" -> PixelInput.of(decoder, manifest, shape);
      default ->
          throw new ModelLoadException(
              "its input is neither float pixels nor a string of picture bytes: " + input);
    };
  }
}
