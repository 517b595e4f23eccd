package io.lynxeye.engine.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.lynxeye.engine.adapter.ModelAdapter;
import io.lynxeye.engine.adapter.ModelAdapter.Content;
import io.lynxeye.engine.adapter.ModelAdapter.Images;
import io.lynxeye.engine.device.Device;
import io.lynxeye.engine.device.Placement;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads ONNX models and TorchScript programs: formats that a DJL engine runs from one file. */
public final class DjlLoader implements ModelLoader {

  private static final String OPTION = "option.";

  private final OptionalEngines engines;
  private final Device server;
  private final ImageDecoder decoder;

  /**
   * @param server the device that the server runs its models on
   */
  public DjlLoader(OptionalEngines engines, Device server, ImageDecoder decoder) {
    this.engines = engines;
    this.server = server;
    this.decoder = decoder;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    Device device = Placement.of(source.manifest(), server);
    if (source.manifest().precision() != Precision.AUTO) {
      throw new ModelLoadException(
          "precision=%s applies to SavedModels only; other formats define their own precision: leave it out"
              .formatted(source.manifest().precision()));
    }
    Engine engine = engines.start(source.files().format().engine());
    device = usable(device, engine, source.manifest());
    Model model = open(source, engine, device);
    try {
      String name = OptionalEngines.describe(engine);
      Optional<CustomTranslator> custom = CustomTranslator.find(source);
      return custom.isPresent()
          ? custom.get().on(model, name, device.name(), "as exported")
          : adapted(source, model, name, device.name());
    } catch (ModelLoadException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private LoadedModel adapted(ModelSource source, Model model, String engine, String device)
      throws ModelLoadException {
    boolean isNamed = source.files().format() == ModelFormat.ONNX;
    DjlGraph graph = new DjlGraph(model, isNamed);
    ModelSignature declared =
        DeclaredSignature.of(source, isNamed ? Optional.empty() : weights(model));
    Images images = Images.of(source.manifest(), decoder, declared, Content.UNKNOWN, "NCHW");
    ModelSignature known =
        isNamed ? declared : DeclaredSignature.probed(graph, declared, images.input());
    return ModelAdapter.of(source, images, List.of(known))
        .on(graph, engine, device, "as exported", Optional.empty());
  }

  /** The type of the model's weights, if the engine tells: TorchScript files name no types. */
  private static Optional<Datatype> weights(Model model) {
    return model.getBlock().getParameters().values().stream()
        .filter(Parameter::isInitialized)
        .map(weight -> weight.getArray().getDataType())
        .filter(type -> type == DataType.FLOAT16 || type == DataType.BFLOAT16)
        .findFirst()
        .map(DjlTypes::of);
  }

  /** The server's GPU, unless this engine's libraries support only the CPU. */
  private static Device usable(Device device, Engine engine, ModelManifest manifest)
      throws ModelLoadException {
    if (!device.isGpu() || engine.hasCapability(StandardCapabilities.CUDA)) {
      return device;
    }
    String reason = engine.getEngineName() + " is installed without GPU support";
    if (Placement.isAskedFor(manifest)) {
      throw new ModelLoadException(reason + ": set load_on_devices=cpu");
    }
    return Device.cpu(reason);
  }

  private Model open(ModelSource source, Engine engine, Device device) throws ModelLoadException {
    String name = engine.getEngineName();
    Map<String, String> options = engines.options(name);
    source
        .manifest()
        .arguments()
        .forEach(
            (key, value) -> {
              if (key.startsWith(OPTION)) {
                options.put(key.substring(OPTION.length()), value.trim());
              }
            });
    Model model =
        engine.newModel(
            source.id().name(), device.isGpu() ? ai.djl.Device.gpu() : ai.djl.Device.cpu());
    try {
      model.load(source.modelFolder(), source.modelFile().getFileName().toString(), options);
      return model;
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw new ModelLoadException(
          "%s cannot load %s: %s%s"
              .formatted(name, source.files().file(), Causes.deepest(e), hint(name)),
          e);
    } catch (Error e) {
      model.close();
      throw e;
    }
  }

  private static String hint(String engine) {
    return engine.equals(OptionalEngines.PYTORCH)
        ? "; it must be a TorchScript program, as torch.jit.save writes, not weights alone"
        : "";
  }
}
