package io.lynxeye.store;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps a version that is missing for the first time: replacing a folder means moving the old one
 * out and the new one in, and a scan may fall between the two. A version that is still missing in
 * the next scan is gone. Not thread-safe.
 */
final class Absences {

  private Set<ModelId> missed = Set.of();

  /** What a scan found, plus the versions that it missed for the first time. */
  ModelStore.Contents keepMissing(ModelStore.Contents before, ModelStore.Contents found) {
    Set<ModelId> missing = new HashSet<>();
    TreeMap<String, StoredModel> models = new TreeMap<>();
    found.models().forEach(model -> models.put(model.name(), model));
    for (StoredModel model : before.models()) {
      List<ModelSource> absent =
          model.sources().stream().filter(source -> !isIn(found, source.id())).toList();
      absent.forEach(source -> missing.add(source.id()));
      List<ModelSource> kept =
          absent.stream().filter(source -> !missed.contains(source.id())).toList();
      if (!kept.isEmpty()) {
        models.put(model.name(), with(kept, found.model(model.name()).orElse(empty(model))));
      }
    }
    missed = missing;
    return new ModelStore.Contents(List.copyOf(models.values()), found.unusable(), found.strays());
  }

  /** Forgets what was missing: after a scan that takes everything as it is. */
  void forget() {
    missed = Set.of();
  }

  private static boolean isIn(ModelStore.Contents contents, ModelId id) {
    Optional<StoredModel> model = contents.model(id.name());
    return model.isPresent()
        && model.get().sources().stream().anyMatch(source -> source.id().equals(id));
  }

  private static StoredModel empty(StoredModel model) {
    return new StoredModel(model.name(), model.settings(), List.of());
  }

  private static StoredModel with(List<ModelSource> more, StoredModel model) {
    List<ModelSource> sources = new ArrayList<>(model.sources());
    sources.addAll(more);
    return new StoredModel(model.name(), model.settings(), sources, model.isArriving());
  }
}
