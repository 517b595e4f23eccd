package io.lynxeye.quantizer;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.TunableLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.NodeDef;

/** Loads variants of a model, as the server would load the model itself. */
final class Candidates {

  private static final String FILE = "saved_model.pb";
  private static final String LABELS = "synset.txt";

  private final TunableLoader loader;
  private final ModelSource source;
  private final ModelGraphFile file;
  private final Path scratch;
  private final Tuning settings;
  private int count;

  /**
   * @param scratch a folder for the variants, which the caller deletes
   * @param settings of each session
   */
  Candidates(
      TunableLoader loader,
      ModelSource source,
      ModelGraphFile file,
      Path scratch,
      Tuning settings) {
    this.loader = loader;
    this.source = source;
    this.file = file;
    this.scratch = scratch;
    this.settings = settings;
  }

  /** Loads the model itself in float32. */
  LoadedModel exact() throws ModelLoadException {
    return load(
        new ModelSource(source.id(), source.files(), manifest(Map.of("precision", "fp32"))));
  }

  private LoadedModel load(ModelSource model) throws ModelLoadException {
    return loader.load(model, settings, loader.precisions(model).get(0));
  }

  /**
   * Writes and loads a variant.
   *
   * @param more additional outputs: key to node
   */
  LoadedModel load(Collection<NodeDef> nodes, Map<String, String> more, String precision)
      throws IOException, ModelLoadException {
    Path folder = Files.createDirectory(scratch.resolve("candidate-" + count++));
    Path target = folder.resolve(FILE);
    file.write(nodes, more, target);
    Map<String, String> keys = new TreeMap<>(Map.of("precision", precision));
    if (!more.isEmpty() && source.manifest().arguments().containsKey("outputs")) {
      keys.put(
          "outputs",
          source.manifest().arguments().get("outputs") + "," + String.join(",", more.keySet()));
    }
    ModelFiles files = new ModelFiles(folder, ModelFormat.SAVED_MODEL, FILE, folder.toString());
    Path labels = source.folder().resolve(LABELS);
    if (Files.exists(labels)) {
      Files.copy(labels, folder.resolve(LABELS));
    }
    try {
      return load(new ModelSource(source.id(), files, manifest(keys)));
    } finally {
      Files.deleteIfExists(target);
    }
  }

  private ModelManifest manifest(Map<String, String> keys) {
    Map<String, String> all = new TreeMap<>(source.manifest().arguments());
    all.putAll(keys);
    return ModelManifest.of(all);
  }
}
