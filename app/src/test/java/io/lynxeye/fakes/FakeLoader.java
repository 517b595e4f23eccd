package io.lynxeye.fakes;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Loads {@link FakeModel}s; those a test has put here before, new ones otherwise. */
public final class FakeLoader implements ModelLoader {

  private final Map<ModelId, FakeModel> models = new ConcurrentHashMap<>();
  private final Map<ModelId, String> failures = new ConcurrentHashMap<>();
  private final List<ModelId> loads = new CopyOnWriteArrayList<>();

  /** A version without files, as a store would have found it. */
  public static ModelSource source(String name, int version) {
    return source(name, version, Map.of());
  }

  /** The same with a manifest. */
  public static ModelSource source(String name, int version, Map<String, String> manifest) {
    return source(name, version, manifest, "");
  }

  /** The same, its files having this fingerprint. */
  public static ModelSource source(
      String name, int version, Map<String, String> manifest, String fingerprint) {
    Path folder = Path.of(name, "" + version);
    return new ModelSource(
        new ModelId(name, version),
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", fingerprint),
        ModelManifest.of(manifest));
  }

  /** A store of these versions, their models without settings. */
  public static List<StoredModel> store(ModelSource... sources) {
    return Stream.of(sources)
        .map(source -> source.id().name())
        .distinct()
        .map(
            name ->
                new StoredModel(
                    name,
                    ModelSettings.DEFAULT,
                    Stream.of(sources).filter(source -> source.id().name().equals(name)).toList()))
        .toList();
  }

  /** The model that is or will be loaded under this id. */
  public FakeModel model(String name, int version) {
    return models.computeIfAbsent(new ModelId(name, version), FakeModel::new);
  }

  /** From now on, loading this version fails. */
  public void fail(String name, int version, String reason) {
    failures.put(new ModelId(name, version), reason);
  }

  /** Loading this version does not fail any more. */
  public void mend(String name, int version) {
    failures.remove(new ModelId(name, version));
  }

  /** The next load of this version makes a new model. */
  public void forget(String name, int version) {
    models.remove(new ModelId(name, version));
  }

  /** From now on, loading this version works. */
  public void heal(String name, int version) {
    failures.remove(new ModelId(name, version));
  }

  /** Every load that was tried, in order. */
  public List<ModelId> loads() {
    return loads;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    loads.add(source.id());
    String failure = failures.get(source.id());
    if (failure != null) {
      throw new ModelLoadException(failure);
    }
    return model(source.id().name(), source.id().version());
  }
}
