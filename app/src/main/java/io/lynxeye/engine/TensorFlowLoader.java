package io.lynxeye.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;

/** Loads SavedModels through DJL. */
public final class TensorFlowLoader implements ModelLoader {

  private static final String LABELS = "synset.txt";

  private final TensorFlowEngine engine;
  private final ImageDecoder decoder;

  /**
   * @param decoder shared by all models, so that its limits hold for the process
   */
  public TensorFlowLoader(TensorFlowEngine engine, ImageDecoder decoder) {
    this.engine = engine;
    this.decoder = decoder;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    if (!source.manifest().engine().equals(TensorFlowEngine.NAME)) {
      throw new ModelLoadException(
          "engine=%s is not supported; this server runs engine=%s"
              .formatted(source.manifest().engine(), TensorFlowEngine.NAME));
    }
    // The tensors that go in and come out live in the CPU's memory; where the graph runs is
    // TensorFlow's own placement. With a GPU here, DJL would copy each input there and back.
    Model model = Model.newInstance(source.id().name(), ai.djl.Device.cpu(), TensorFlowEngine.NAME);
    try {
      model.load(source.folder(), ModelSource.SAVED_MODEL, options(source.manifest()));
      return describe(source, model);
    } catch (IOException
        | MalformedModelException
        | TensorFlowException
        | IllegalArgumentException e) {
      model.close();
      throw new ModelLoadException("TensorFlow cannot load it: " + e.getMessage(), e);
    } catch (ModelLoadException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private Map<String, Object> options(ModelManifest manifest) {
    return Map.of(
        "Tags", manifest.tags(),
        "SignatureDefKey", manifest.signature(),
        "ConfigProto", engine.session());
  }

  private LoadedModel describe(ModelSource source, Model model)
      throws ModelLoadException, IOException {
    TfSymbolBlock block = (TfSymbolBlock) model.getBlock();
    Map<String, SignatureDef> signatures =
        block.getSavedModelBundle().getMetaGraphDef().getSignatureDefMap();
    Signature signature = Signature.choose(signatures, source.manifest());
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine.device().name(),
            signature.describeInput(),
            signature.describeOutput(),
            labels(source.folder(), signature),
            source.manifest().topK());
    return new TensorFlowModel(
        model,
        signature.outputKey(),
        source.manifest().applySoftmax(),
        input(source.manifest(), signature),
        description);
  }

  private InputAdapter input(ModelManifest manifest, Signature signature)
      throws ModelLoadException {
    DataType type = signature.input().getDtype();
    if (type == DataType.DT_STRING) {
      return new EncodedInput(decoder);
    }
    if (type == DataType.DT_FLOAT) {
      return PixelInput.of(decoder, manifest, Signature.shape(signature.input()));
    }
    throw new ModelLoadException(
        "its input is neither float pixels nor a string of picture bytes: "
            + signature.describeInput());
  }

  private static List<String> labels(Path folder, Signature signature)
      throws IOException, ModelLoadException {
    Path file = folder.resolve(LABELS);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> labels = Files.readAllLines(file).stream().map(String::trim).toList();
    List<Long> shape = Signature.shape(signature.output());
    long classes = shape.isEmpty() ? -1 : shape.get(1);
    if (classes >= 0 && classes != labels.size()) {
      throw new ModelLoadException(
          "%s has %d labels, but output %s has %d classes"
              .formatted(LABELS, labels.size(), signature.outputKey(), classes));
    }
    return labels;
  }
}
