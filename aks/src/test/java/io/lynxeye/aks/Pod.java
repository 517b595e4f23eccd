package io.lynxeye.aks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pod as created by a Deployment or a KServe runtime.
 *
 * @param owner the object that creates it, for messages
 * @param spec the pod's spec
 */
record Pod(KubeObject owner, Map<String, Object> spec) {

  static Stream<Pod> of(KubeObject object) {
    return switch (object.kind()) {
      case "Deployment" -> Stream.of(new Pod(object, object.map("spec", "template", "spec")));
      case "ServingRuntime" -> Stream.of(new Pod(object, object.map("spec")));
      default -> Stream.of();
    };
  }

  Map<String, Object> server() {
    return Tree.maps(spec.get("containers")).get(0);
  }

  /** The server's container and the init containers. */
  List<Map<String, Object>> containers() {
    return Stream.of("initContainers", "containers")
        .flatMap(key -> Tree.maps(spec.get(key)).stream())
        .toList();
  }

  /** One of the pod's volumes; empty if it has none of this name. */
  Map<String, Object> volume(Object name) {
    return Tree.maps(spec.get("volumes")).stream()
        .filter(one -> one.get("name").equals(name))
        .findFirst()
        .orElse(Map.of());
  }

  Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>();
    owner.map("spec", "template", "metadata", "labels").forEach((k, v) -> labels.put(k, "" + v));
    return labels;
  }

  static Map<String, String> environment(Map<String, Object> container) {
    Map<String, String> variables = new TreeMap<>();
    for (Map<String, Object> one : Tree.maps(container.get("env"))) {
      variables.put((String) one.get("name"), String.valueOf(one.get("value")));
    }
    return variables;
  }

  /** The GPUs of all containers, according to their limits. */
  int gpus() {
    return containers().stream()
        .map(one -> Tree.at(one, "resources", "limits", "nvidia.com/gpu"))
        .mapToInt(gpus -> gpus instanceof Number number ? number.intValue() : 0)
        .sum();
  }
}
