package io.lynxeye.serving.rollout;

import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.record.Records;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the parts of rollouts share. It is read without waiting; what changes it holds its monitor.
 */
final class RolloutState {

  final Records records;

  /** By name, as the manager last saw them. */
  final Map<String, StoredModel> models = new ConcurrentHashMap<>();

  /** Why no version of a model can be tried. */
  final Map<String, String> problems = new ConcurrentHashMap<>();

  /** By model, those that compare; replaced as a whole, so that requests only read a reference. */
  private volatile Map<String, Trial> trials = Map.of();

  RolloutState(Path folder) {
    this.records = new Records(folder);
  }

  /** The trials that compare, by model. */
  Map<String, Trial> trials() {
    return trials;
  }

  Optional<Trial> trial(String model) {
    return Optional.ofNullable(trials.get(model));
  }

  void begin(String model, Trial trial) {
    Map<String, Trial> next = new HashMap<>(trials);
    next.put(model, trial);
    trials = Map.copyOf(next);
  }

  void end(String model) {
    Map<String, Trial> next = new HashMap<>(trials);
    if (next.remove(model) != null) {
      trials = Map.copyOf(next);
    }
  }

  /** Forgets other models; their records stay, so that one that comes back goes on. */
  void retain(Set<String> names) {
    models.keySet().retainAll(names);
    problems.keySet().retainAll(names);
    trials.keySet().stream().filter(name -> !names.contains(name)).forEach(this::end);
  }

  RolloutStatus status(String model) {
    return status(model, records.of(model));
  }

  /** The status by this record instead of the current one. */
  RolloutStatus status(String model, RolloutRecord record) {
    return RolloutStatus.of(
        model,
        Optional.ofNullable(models.get(model)).flatMap(it -> it.settings().rollout()),
        Optional.ofNullable(problems.get(model)),
        record,
        trial(model));
  }

  static List<Long> numbers(StoredModel model) {
    return model.sources().stream().map(source -> source.id().version().value()).toList();
  }
}
