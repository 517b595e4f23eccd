package io.lynxeye.aks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pods as a Deployment or a runtime of KServe makes them.
 *
 * @param owner for messages
 * @param spec of the pod
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

  /** The server and what runs before it. */
  List<Map<String, Object>> containers() {
    return Stream.of("initContainers", "containers")
        .flatMap(key -> Tree.maps(spec.get(key)).stream())
        .toList();
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

  /** The GPUs of all containers, as their limits say. */
  int gpus() {
    return containers().stream()
        .map(one -> Tree.at(one, "resources", "limits", "nvidia.com/gpu"))
        .mapToInt(gpus -> gpus instanceof Number number ? number.intValue() : 0)
        .sum();
  }
}
