package io.lynxeye.engine;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.tensorflow.engine.javacpp.JavacppUtils;
import io.lynxeye.engine.adapter.EncodedInput;
import io.lynxeye.engine.adapter.InputAdapter;
import io.lynxeye.engine.adapter.LabelFile;
import io.lynxeye.engine.adapter.OutputSelection;
import io.lynxeye.engine.adapter.PixelInput;
import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.engine.device.Placement;
import io.lynxeye.engine.djl.CustomTranslator;
import io.lynxeye.engine.djl.FolderModel;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;

/** Loads SavedModels through DJL. */
final class TensorFlowLoader implements ModelLoader {

  private static final Logger log = LoggerFactory.getLogger(TensorFlowLoader.class);

  private final TensorFlowEngine engine;
  private final ImageDecoder decoder;
  private final Cpu cpu;
  private final PrecisionCheck check;

  /** The settings of one session. */
  private record Session(Device device, EngineThreads threads, Precision precision, String reason) {

    /** The precision and its reason, as shown to users. */
    String arithmetic() {
      return precision + ": " + reason;
    }

    Session in(Precision other, String why) {
      return new Session(device, threads, other, reason + why);
    }
  }

  /**
   * @param decoder shared by all models, so that its limits hold for the process
   * @param images images for the check of a lower precision
   */
  TensorFlowLoader(TensorFlowEngine engine, ImageDecoder decoder, Cpu cpu, List<byte[]> images) {
    this.engine = engine;
    this.decoder = decoder;
    this.cpu = cpu;
    this.check = new PrecisionCheck(images);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    return load(source, engine.threads());
  }

  /** Loads a model with its own thread settings. */
  LoadedModel load(ModelSource source, EngineThreads threads) throws ModelLoadException {
    Device device = Placement.of(source.manifest(), engine.device());
    PrecisionChoice choice = PrecisionChoice.of(source.manifest().precision(), device, cpu);
    Session session = new Session(device, threads, choice.precision(), choice.reason());
    return choice.precision() == Precision.AUTO ? checked(source, session) : load(source, session);
  }

  /** Loads in bfloat16 if the model passes the precision check, otherwise in float32. */
  private LoadedModel checked(ModelSource source, Session session) throws ModelLoadException {
    LoadedModel exact =
        load(source, session.in(Precision.FP32, ", but the model failed the check"));
    if (!exact.isTunable()) { // A translator's output cannot be compared.
      return exact;
    }
    Optional<LoadedModel> lower = Optional.empty();
    try {
      lower =
          Optional.of(
              load(source, session.in(Precision.BF16, ", and the sample images pass the check")));
      Optional<String> objection = check.objection(exact, lower.get());
      if (objection.isEmpty()) {
        exact.close();
        return lower.get();
      }
      log.info("{} not in bf16: {}", source.id(), objection.get());
    } catch (ModelLoadException | RuntimeException e) {
      log.info("{} not in bf16: {}", source.id(), e.getMessage());
    } catch (Error e) {
      lower.ifPresent(LoadedModel::close);
      exact.close();
      throw e;
    }
    lower.ifPresent(LoadedModel::close);
    return exact;
  }

  private LoadedModel load(ModelSource source, Session session) throws ModelLoadException {
    SavedModelBundle bundle = open(source, session);
    try {
      Map<String, SignatureDef> signatures = bundle.getMetaGraphDef().getSignatureDefMap();
      Signature.find(
          signatures, source.manifest()); // TfSymbolBlock would silently use another signature.
      TfSymbolBlock block = new TfSymbolBlock(bundle, source.manifest().signature());
      Optional<CustomTranslator> custom = CustomTranslator.find(source);
      return custom.isPresent()
          ? translated(custom.get(), source, block, session)
          : describe(source, block, Signature.choose(signatures, source.manifest()), session);
    } catch (ModelLoadException | RuntimeException | Error e) {
      bundle.close();
      throw e;
    }
  }

  /**
   * Loads with the call that DJL's Model uses internally. A Model would keep the graph definition
   * with all weights in the Java heap, and would silently use another signature if it does not find
   * the requested one.
   */
  private SavedModelBundle open(ModelSource source, Session session) throws ModelLoadException {
    String folder = source.modelFolder().toString();
    String[] tags = source.manifest().tags().split("\\s*,\\s*");
    try {
      SavedModelBundle whole =
          JavacppUtils.loadSavedModelBundle(folder, tags, config(session), null);
      MetaGraphDef light = whole.getMetaGraphDef().toBuilder().clearGraphDef().build();
      return new SavedModelBundle(whole.getGraph(), whole.getSession(), light);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new ModelLoadException("TensorFlow cannot load it: " + e.getMessage(), e);
    }
  }

  private ConfigProto config(Session session) {
    return engine.session(session.device, session.threads, session.precision);
  }

  private LoadedModel translated(
      CustomTranslator translator, ModelSource source, TfSymbolBlock block, Session session)
      throws ModelLoadException {
    NDManager manager = TensorFlowModel.newManager();
    try {
      Model model = new FolderModel(source.id().name(), source.modelFolder(), manager, block);
      return translator.on(
          model, engine.description(), session.device.name(), session.arithmetic());
    } catch (ModelLoadException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private LoadedModel describe(
      ModelSource source, TfSymbolBlock block, Signature signature, Session session)
      throws ModelLoadException {
    ModelManifest manifest = source.manifest();
    List<String> labels = LabelFile.read(source);
    OutputSelection outputs = OutputSelection.of(signature.outputs(), manifest, labels);
    InputAdapter input = input(manifest, signature.input());
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine.description(),
            session.device.name(),
            session.arithmetic(),
            signature.input().toString(),
            outputs.describe(),
            new ModelSignature(
                manifest.signature(),
                signature.input(),
                !input.isDecodedInGraph(),
                outputs.outputs()),
            labels,
            manifest.topK());
    return new TensorFlowModel(block, input, outputs.adapter(manifest.applySoftmax()), description);
  }

  private InputAdapter input(ModelManifest manifest, TensorSpec input) throws ModelLoadException {
    List<Long> shape = input.shape().orElse(List.of());
    if (!shape.isEmpty() && shape.get(0) >= 0) {
      throw new ModelLoadException(
          "its input takes a fixed number of images; export it with a dynamic batch dimension: "
              + input);
    }
    return switch (input.type()) {
      case "string" -> new EncodedInput(decoder);
      case "float" -> PixelInput.of(decoder, manifest, shape);
      default ->
          throw new ModelLoadException(
              "its input is neither float pixels nor a string of encoded image bytes: " + input);
    };
  }
}
