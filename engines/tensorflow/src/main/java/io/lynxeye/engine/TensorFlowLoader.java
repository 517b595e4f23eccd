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
import io.lynxeye.engine.adapter.ModelGraph;
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
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizedFiles;
import io.lynxeye.serving.tuning.PrecisionOption;
import io.lynxeye.serving.tuning.TunableLoader;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;

/** Loads SavedModels through DJL. */
final class TensorFlowLoader implements ModelLoader {

  /** The signature whose output is the init op. */
  private static final String INIT_OP = "__saved_model_init_op";

  private final TensorFlowEngine engine;
  private final ImageDecoder decoder;
  private final Cpu cpu;
  private final EngineThreads allCores;

  /** The settings of one model. */
  private record Session(Device device, Tuning tuning, PrecisionOption precision) {

    /** The folder of the SavedModel. */
    Path folder(ModelSource source) {
      return precision.precision() == Precision.INT8
          ? QuantizedFiles.of(source.folder()).folder()
          : source.modelFolder();
    }
  }

  /**
   * @param decoder shared by all models, so that its limits hold for the process
   * @param allCores the threads of a solo session
   */
  TensorFlowLoader(TensorFlowEngine engine, ImageDecoder decoder, Cpu cpu, EngineThreads allCores) {
    this.engine = engine;
    this.decoder = decoder;
    this.cpu = cpu;
    this.allCores = allCores;
  }

  /** See {@link TunableLoader#precisions}. */
  List<PrecisionOption> precisions(ModelSource source) throws ModelLoadException {
    return new PrecisionOptions(Placement.of(source.manifest(), engine.device()), cpu).of(source);
  }

  /** Loads a model with the threads of the process, and without measuring anything. */
  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    Tuning tuning = new Tuning(1, 1, engine.threads(), false);
    return load(source, tuning, precisions(source).get(0));
  }

  /** See {@link TunableLoader#load(ModelSource, Tuning, PrecisionOption)}. */
  LoadedModel load(ModelSource source, Tuning tuning, PrecisionOption precision)
      throws ModelLoadException {
    Device device = Placement.of(source.manifest(), engine.device());
    return load(source, new Session(device, tuning, precision));
  }

  private LoadedModel load(ModelSource source, Session session) throws ModelLoadException {
    Optional<CustomTranslator> custom = CustomTranslator.find(source);
    if (custom.isPresent()) {
      return translated(custom.get(), source, session);
    }
    Tuning tuning = session.tuning;
    List<Bundle> opened = new ArrayList<>();
    try {
      opened.add(open(source, session, tuning.threads()));
      if (tuning.soloSession()) {
        opened.add(open(source, session, allCores));
      }
      List<ModelSignature> all = opened.get(0).signatures(source);
      Content content = opened.get(0).content();
      ModelAdapter adapter =
          ModelAdapter.of(
              source, Images.of(source.manifest(), decoder, all.get(0), content, "NHWC"), all);
      return adapter.on(
          graph(source, opened, adapter.signatures(), tuning),
          engine.description(),
          session.device.name(),
          session.precision.text(),
          Optional.of(tuning));
    } catch (ModelLoadException | RuntimeException | Error e) {
      opened.forEach(bundle -> bundle.session().close());
      throw e;
    }
  }

  private static ModelGraph graph(
      ModelSource source, List<Bundle> opened, List<ModelSignature> signatures, Tuning tuning)
      throws ModelLoadException {
    WarmUpRequests requests = WarmUpRequests.read(source.modelFolder(), signatures);
    ModelGraph graph = graph(opened.get(0).session(), signatures, requests);
    return opened.size() == 1
        ? graph
        : new SoloGraph(
            graph, graph(opened.get(1).session(), signatures, requests), tuning.workers());
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
  private record Bundle(SavedModelBundle session, Content content) {

    List<ModelSignature> signatures(ModelSource source) throws ModelLoadException {
      return SavedModel.signatures(
          session.getMetaGraphDef().getSignatureDefMap(), source.manifest());
    }
  }

  /**
   * Loads with the call that DJL's Model uses internally, which also runs the init op. A Model
   * would keep the graph definition with all weights in the Java heap, silently use another
   * signature if it does not find the requested one, and run the init op again at every call.
   */
  private Bundle open(ModelSource source, Session session, EngineThreads threads)
      throws ModelLoadException {
    String folder = session.folder(source).toString();
    String[] tags = SavedModel.tags(source.modelFile(), source.manifest());
    try {
      SavedModelBundle whole =
          JavacppUtils.loadSavedModelBundle(folder, tags, config(session, threads), null);
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

  private ConfigProto config(Session session, EngineThreads threads) {
    return engine.session(session.device, threads, session.precision.precision());
  }

  /** A translator calls the engine itself, so its model has the threads of the process. */
  private LoadedModel translated(CustomTranslator translator, ModelSource source, Session session)
      throws ModelLoadException {
    Bundle opened = open(source, session, engine.threads());
    try {
      String signature = opened.signatures(source).get(0).name();
      TfSymbolBlock block = new TfSymbolBlock(opened.session(), signature);
      return translated(translator, source, block, session);
    } catch (ModelLoadException | RuntimeException | Error e) {
      opened.session().close();
      throw e;
    }
  }

  private LoadedModel translated(
      CustomTranslator translator, ModelSource source, TfSymbolBlock block, Session session)
      throws ModelLoadException {
    NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), TensorFlowEngine.NAME);
    try {
      Model model = new FolderModel(source.id().name(), source.modelFolder(), manager, block);
      return translator.on(
          model, engine.description(), session.device.name(), session.precision.text());
    } catch (ModelLoadException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }
}
