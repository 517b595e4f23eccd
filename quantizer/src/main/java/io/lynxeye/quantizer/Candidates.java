package io.lynxeye.quantizer;

import io.lynxeye.archive.Tree;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizedFiles;
import io.lynxeye.serving.tuning.TunableLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.NodeDef;

/**
 * Loads variants of a model, as the server would load the model itself: from a copy of the
 * version's folder, in which only the model file is another.
 */
final class Candidates {

  private static final String FILE = "saved_model.pb";

  /** What is not int8 in a variant is not to become bfloat16 where that would be the default. */
  private static final Map<String, String> FLOAT = Map.of("precision", "fp32");

  private final TunableLoader loader;
  private final ModelSource source;
  private final ModelGraphFile file;
  private final Path folder;
  private final Tuning settings;
  private int count;

  /**
   * Copies the version's folder.
   *
   * @param scratch a folder for the copy, which the caller deletes
   * @param settings of each session
   */
  Candidates(
      TunableLoader loader, ModelSource source, ModelGraphFile file, Path scratch, Tuning settings)
      throws IOException {
    this.loader = loader;
    this.source = source;
    this.file = file;
    this.folder = scratch.resolve("candidate");
    this.settings = settings;
    Set<Path> others = new HashSet<>(QuantizedFiles.folders(source.folder()));
    others.add(source.modelFile());
    new Tree(source.folder()).copy(folder, path -> !others.contains(path));
  }

  /** Loads the model itself in float32. */
  LoadedModel exact() throws ModelLoadException {
    return load(new ModelSource(source.id(), source.files(), manifest(FLOAT)));
  }

  private LoadedModel load(ModelSource model) throws ModelLoadException {
    return loader.load(model, settings, loader.precisions(model).get(0));
  }

  /**
   * Writes and loads a variant. Only one is on the disk at a time.
   *
   * @param more additional outputs: key to node
   */
  LoadedModel load(Collection<NodeDef> nodes, Map<String, String> more)
      throws IOException, ModelLoadException {
    Path target = folder.resolve(source.files().file()).resolveSibling(FILE);
    file.write(nodes, more, target);
    Map<String, String> keys = new TreeMap<>(FLOAT);
    if (!more.isEmpty() && source.manifest().arguments().containsKey("outputs")) {
      keys.put(
          "outputs",
          source.manifest().arguments().get("outputs") + "," + String.join(",", more.keySet()));
    }
    String fingerprint = "candidate " + count++;
    ModelFiles files =
        new ModelFiles(
            folder, ModelFormat.SAVED_MODEL, folder.relativize(target).toString(), fingerprint);
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
