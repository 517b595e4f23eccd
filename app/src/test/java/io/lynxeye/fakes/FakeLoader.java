package io.lynxeye.fakes;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Loads {@link FakeModel}s; those a test has put here before, new ones otherwise. */
public final class FakeLoader implements ModelLoader {

  private final Map<ModelId, FakeModel> models = new ConcurrentHashMap<>();
  private final Map<ModelId, String> failures = new ConcurrentHashMap<>();
  private final List<ModelId> loads = new CopyOnWriteArrayList<>();

  /** A version without files, as a store would have found it. */
  public static ModelSource source(String name, int version) {
    return new ModelSource(
        new ModelId(name, version), Path.of(name, "" + version), ModelManifest.of(Map.of()));
  }

  /** The model that is or will be loaded under this id. */
  public FakeModel model(String name, int version) {
    return models.computeIfAbsent(new ModelId(name, version), FakeModel::new);
  }

  /** From now on, loading this version fails. */
  public void fail(String name, int version, String reason) {
    failures.put(new ModelId(name, version), reason);
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
