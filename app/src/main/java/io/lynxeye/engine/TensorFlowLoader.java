package io.lynxeye.engine;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;

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
    String wanted = source.files().format().engine();
    if (!wanted.equals(TensorFlowEngine.NAME)) {
      throw new ModelLoadException(
          "engine=%s is not supported; this server runs engine=%s"
              .formatted(wanted, TensorFlowEngine.NAME));
    }
    SavedModelBundle bundle = open(source);
    try {
      return describe(source, bundle);
    } catch (ModelLoadException | RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  /**
   * Loads through DJL's own call below its Model. A Model would keep the graph's definition,
   * weights and all, in the Java heap, and would quietly take another signature for one it does not
   * find.
   */
  private SavedModelBundle open(ModelSource source) throws ModelLoadException {
    String folder = source.folder().toString();
    String[] tags = source.manifest().tags().split("\\s*,\\s*");
    try {
      SavedModelBundle whole =
          JavacppUtils.loadSavedModelBundle(folder, tags, engine.session(), null);
      MetaGraphDef light = whole.getMetaGraphDef().toBuilder().clearGraphDef().build();
      return new SavedModelBundle(whole.getGraph(), whole.getSession(), light);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new ModelLoadException("TensorFlow cannot load it: " + e.getMessage(), e);
    }
  }

  private LoadedModel describe(ModelSource source, SavedModelBundle bundle)
      throws ModelLoadException {
    ModelManifest manifest = source.manifest();
    Signature signature = Signature.choose(bundle.getMetaGraphDef().getSignatureDefMap(), manifest);
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine.description(),
            engine.device().name(),
            signature.describeInput(),
            signature.describeOutput(),
            labels(source.folder(), signature),
            manifest.topK());
    return new TensorFlowModel(
        new TfSymbolBlock(bundle, manifest.signature()),
        signature.outputKey(),
        manifest.applySoftmax(),
        input(manifest, signature),
        description);
  }

  private InputAdapter input(ModelManifest manifest, Signature signature)
      throws ModelLoadException {
    DataType type = signature.input().getDtype();
    List<Long> shape = Signature.shape(signature.input());
    if (!shape.isEmpty() && shape.get(0) >= 0) {
      throw new ModelLoadException(
          "its input takes a fixed number of pictures; export it with an open batch dimension: "
              + signature.describeInput());
    }
    if (type == DataType.DT_STRING) {
      return new EncodedInput(decoder);
    }
    if (type == DataType.DT_FLOAT) {
      return PixelInput.of(decoder, manifest, shape);
    }
    throw new ModelLoadException(
        "its input is neither float pixels nor a string of picture bytes: "
            + signature.describeInput());
  }

  private static List<String> labels(Path folder, Signature signature) throws ModelLoadException {
    Path file = folder.resolve(LABELS);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> labels;
    try {
      labels = Files.readAllLines(file).stream().map(String::trim).toList();
    } catch (IOException e) {
      throw new ModelLoadException(LABELS + " cannot be read as UTF-8 text: " + e.getMessage(), e);
    }
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
