package io.lynxeye.serving.store;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps a version that is missing for the first time: replacing a folder means moving the old one
 * out and the new one in, and a scan may fall between the two. A version that is still missing in
 * the next scan is gone. Not thread-safe.
 */
final class MissingEntryGrace {

  private Set<ModelId> missed = Set.of();

  /** What a scan found, plus the versions that it missed for the first time. */
  ModelStore.Contents keepMissing(ModelStore.Contents before, ModelStore.Contents found) {
    Set<ModelId> present = found.sources().map(ModelSource::id).collect(Collectors.toSet());
    List<ModelSource> missing =
        before.sources().filter(source -> !present.contains(source.id())).toList();
    TreeMap<String, StoredModel> models = new TreeMap<>();
    found.models().forEach(model -> models.put(model.name(), model));
    for (ModelSource source : missing) {
      if (!missed.contains(source.id())) {
        String name = source.id().name();
        StoredModel last = before.model(name).orElseThrow();
        StoredModel model =
            models.getOrDefault(name, new StoredModel(name, last.settings(), List.of()));
        List<ModelSource> sources = new ArrayList<>(model.sources());
        sources.add(source);
        models.put(name, new StoredModel(name, model.settings(), sources, model.isArriving()));
      }
    }
    missed = missing.stream().map(ModelSource::id).collect(Collectors.toSet());
    return new ModelStore.Contents(List.copyOf(models.values()), found.unusable(), found.strays());
  }

  /** Forgets what was missing: after a scan that takes everything as it is. */
  void forget() {
    missed = Set.of();
  }
}
