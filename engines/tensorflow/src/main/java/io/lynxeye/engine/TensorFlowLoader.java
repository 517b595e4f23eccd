package io.lynxeye.engine;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.tensorflow.engine.javacpp.JavacppUtils;
import io.lynxeye.engine.adapter.ModelAdapter;
import io.lynxeye.engine.adapter.ModelAdapter.Content;
import io.lynxeye.engine.adapter.ModelAdapter.Images;
import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.engine.device.Placement;
import io.lynxeye.engine.djl.Causes;
import io.lynxeye.engine.djl.CustomTranslator;
import io.lynxeye.engine.djl.FolderModel;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;

/** Loads SavedModels through DJL. */
final class TensorFlowLoader implements ModelLoader {

  private static final Logger log = LoggerFactory.getLogger(TensorFlowLoader.class);

  /** The signature whose output is the init op. */
  private static final String INIT_OP = "__saved_model_init_op";

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
    if (!exact
        .isTunable()) { // Without an image, or with a translator, there is nothing to compare.
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
    Bundle opened = open(source, session);
    SavedModelBundle bundle = opened.session();
    try {
      List<ModelSignature> signatures =
          SavedModel.signatures(bundle.getMetaGraphDef().getSignatureDefMap(), source.manifest());
      Optional<CustomTranslator> custom = CustomTranslator.find(source);
      if (custom.isPresent()) {
        TfSymbolBlock block = new TfSymbolBlock(bundle, signatures.get(0).name());
        return translated(custom.get(), source, block, session);
      }
      ModelAdapter adapter =
          ModelAdapter.of(
              source,
              Images.of(source.manifest(), decoder, signatures.get(0), opened.content(), "NHWC"),
              signatures);
      WarmUpRequests requests = WarmUpRequests.read(source.modelFolder(), adapter.signatures());
      return adapter.on(
          graph(bundle, adapter.signatures(), requests),
          engine.description(),
          session.device.name(),
          session.arithmetic(),
          true);
    } catch (ModelLoadException | RuntimeException | Error e) {
      bundle.close();
      throw e;
    }
  }

  private static TensorFlowGraph graph(
      SavedModelBundle bundle, List<ModelSignature> signatures, WarmUpRequests requests)
      throws ModelLoadException {
    try {
      return new TensorFlowGraph(bundle, signatures, requests);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(
          "a signature names a tensor that its graph does not have: " + e.getMessage(), e);
    }
  }

  /** An open SavedModel, without the definition of its graph. */
  private record Bundle(SavedModelBundle session, Content content) {}

  /**
   * Loads with the call that DJL's Model uses internally, which also runs the init op. A Model
   * would keep the graph definition with all weights in the Java heap, silently use another
   * signature if it does not find the requested one, and run the init op again at every call.
   */
  private Bundle open(ModelSource source, Session session) throws ModelLoadException {
    String folder = source.modelFolder().toString();
    String[] tags = SavedModel.tags(source.modelFile(), source.manifest());
    try {
      SavedModelBundle whole =
          JavacppUtils.loadSavedModelBundle(folder, tags, config(session), null);
      MetaGraphDef definition = whole.getMetaGraphDef();
      requireRunnable(whole, definition);
      MetaGraphDef light =
          definition.toBuilder()
              .clearGraphDef()
              .clearCollectionDef()
              .removeSignatureDef(INIT_OP)
              .build();
      return new Bundle(
          new SavedModelBundle(whole.getGraph(), whole.getSession(), light),
          SavedModel.content(definition.getGraphDef()));
    } catch (RuntimeException e) { // TensorFlow's exceptions have no common class.
      throw new ModelLoadException(
          "TensorFlow cannot load it: " + Causes.deepest(e) + newer(e, source.modelFile()), e);
    }
  }

  /** What an export by a newer TensorFlow needs. */
  private static String newer(Exception e, Path file) throws ModelLoadException {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("Op type not registered") && !message.contains("NodeDef mentions attr")) {
      return "";
    }
    return "; it was exported by TensorFlow %s, and %s runs here: if the operation is newer, export the model with that version, or without the operation"
        .formatted(
            SavedModel.exportedBy(file).orElse("of an unknown version"),
            Engine.getEngine(TensorFlowEngine.NAME).getVersion());
  }

  private static void requireRunnable(SavedModelBundle opened, MetaGraphDef definition)
      throws ModelLoadException {
    try {
      SavedModel.requireRunnable(definition.getGraphDef());
    } catch (ModelLoadException e) {
      opened.close();
      throw e;
    }
  }

  private ConfigProto config(Session session) {
    return engine.session(session.device, session.threads, session.precision);
  }

  private LoadedModel translated(
      CustomTranslator translator, ModelSource source, TfSymbolBlock block, Session session)
      throws ModelLoadException {
    NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), TensorFlowEngine.NAME);
    try {
      Model model = new FolderModel(source.id().name(), source.modelFolder(), manager, block);
      return translator.on(
          model, engine.description(), session.device.name(), session.arithmetic());
    } catch (ModelLoadException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }
}
