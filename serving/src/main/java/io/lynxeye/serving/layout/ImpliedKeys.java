package io.lynxeye.serving.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What another server's files say about a model, as manifest keys.
 *
 * @param keys the keys of {@code serving.properties} that mean the same
 * @param remarks what they say that has no effect here; one sentence per file
 */
public record ImpliedKeys(Map<String, String> keys, List<String> remarks) {

  /** Nothing is implied. */
  public static final ImpliedKeys NONE = new ImpliedKeys(Map.of(), List.of());

  /** Keys that belong together: who sets one of them decides about all of them. */
  private static final List<Set<String>> GROUPS =
      List.of(
          Set.of("width", "height", "resize", "resizeShort", "centerCrop", "centerFit", "pad"),
          Set.of("normalize", "toTensor", "range"),
          Set.of("batch_size", "max_dynamic_batch_size"),
          Set.of("classLabels", "synset", "synsetFileName", "synsetUrl"),
          Set.of(
              "minWorkers",
              "maxWorkers",
              "cpu.minWorkers",
              "cpu.maxWorkers",
              "gpu.minWorkers",
              "gpu.maxWorkers"));

  public ImpliedKeys {
    keys = Collections.unmodifiableMap(new TreeMap<>(keys));
    remarks = List.copyOf(remarks);
  }

  /** These keys, without some. */
  public ImpliedKeys without(Set<String> others) {
    Map<String, String> rest = new TreeMap<>(keys);
    rest.keySet().removeAll(others);
    return new ImpliedKeys(rest, remarks);
  }

  /** The keys of both, where those of the stronger one take precedence. */
  ImpliedKeys under(ImpliedKeys stronger) {
    List<String> all = new ArrayList<>(remarks);
    all.addAll(stronger.remarks);
    return new ImpliedKeys(under(stronger.keys), all);
  }

  /** The keys of a manifest, and those that it leaves open. */
  Map<String, String> under(Map<String, String> manifest) {
    Map<String, String> all = new TreeMap<>(keys);
    for (Set<String> group : GROUPS) {
      if (!Collections.disjoint(group, manifest.keySet())) {
        all.keySet().removeAll(group);
      }
    }
    all.putAll(manifest);
    return all;
  }

  /** Labels as the value of {@code classLabels}, which separates them by commas. */
  static String synset(List<String> labels) {
    return labels.stream()
        .map(label -> label.strip().replace(",", "\\,"))
        .collect(Collectors.joining(","));
  }
}
