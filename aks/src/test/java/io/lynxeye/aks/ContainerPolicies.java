package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** Policies for every container: the server's and the one that imports its model. */
final class ContainerPolicies {

  private static final Rendering T4 = Renderings.of("t4", "model of the registry");
  private static final Set<String> SERVER_OPTIONS = ServerOptions.variables();
  private static final Object[] SERVER = {"spec", "template", "spec", "containers", 0};
  private static final Object[] IMPORT = {"spec", "template", "spec", "initContainers", 0};

  private ContainerPolicies() {}

  static List<Policy> all() {
    return List.of(
        policy(
            "runs as an unprivileged user",
            (pod, one) ->
                is(one, true, "runAsNonRoot") && number(one, "securityContext", "runAsUser") > 999,
            change(IMPORT, 0, "securityContext", "runAsUser")),
        policy(
            "cannot write into its image",
            (pod, one) -> is(one, true, "readOnlyRootFilesystem"),
            change(SERVER, false, "securityContext", "readOnlyRootFilesystem")),
        policy(
            "gains no privileges",
            (pod, one) ->
                is(one, false, "allowPrivilegeEscalation") && is(one, false, "privileged"),
            change(SERVER, null, "securityContext", "allowPrivilegeEscalation")),
        policy(
            "has no capabilities",
            (pod, one) ->
                Tree.at(one, "securityContext", "capabilities")
                    .equals(Map.of("drop", List.of("ALL"))),
            change(SERVER, List.of("NET_RAW"), "securityContext", "capabilities", "drop")),
        policy(
            "has the runtime's seccomp profile",
            (pod, one) -> is(one, "RuntimeDefault", "seccompProfile", "type"),
            change(SERVER, "Unconfined", "securityContext", "seccompProfile", "type")),
        policy(
            "sets requests and limits",
            (pod, one) -> hasLimits(one),
            change(SERVER, null, "resources", "limits", "memory")),
        policy(
            "requests the memory of its limit",
            (pod, one) -> same(one, "memory") && same(one, "cpu"),
            change(SERVER, "1Gi", "resources", "requests", "memory")),
        policy(
            "names its image exactly",
            (pod, one) -> isExact(Tree.at(one, "image").toString()),
            change(SERVER, "registry.azurecr.io/lynxeye:latest", "image")),
        policy(
            "has no secret in its environment",
            (pod, one) ->
                Pod.environment(one).entrySet().stream().noneMatch(ContainerPolicies::leaks),
            add("LYNXEYE_PRIMARY_KEY", "a-key-in-the-clear")),
        policy(
            "sets only options that the server has",
            (pod, one) ->
                Pod.environment(one).keySet().stream()
                    .filter(name -> name.startsWith("LYNXEYE_"))
                    .allMatch(SERVER_OPTIONS::contains),
            add("LYNXEYE_BATCHSIZE", "4")),
        policy(
            "mounts volumes that exist",
            (pod, one) -> names(pod.spec(), "volumes").containsAll(names(one, "volumeMounts")),
            change(SERVER, "nowhere", "volumeMounts", 0, "name")),
        policy(
            "writes only where it may",
            ContainerPolicies::hasRoom,
            add("LYNXEYE_CACHE", "/var/cache")),
        policy(
            "keeps what it records apart from other pods' records",
            ContainerPolicies::hasRoom,
            add("LYNXEYE_COLLECT_DATA", "/collected")));
  }

  private static Policy policy(
      String name, BiPredicate<Pod, Map<String, Object>> holds, Consumer<Rendering> mistake) {
    Policy.Rule rule =
        (rendering, problems) ->
            rendering
                .pods()
                .forEach(
                    pod ->
                        pod.containers().stream()
                            .filter(one -> !holds.test(pod, one))
                            .forEach(one -> problems.add(pod.owner() + " " + one.get("name"))));
    return new Policy("a container " + name, rule, T4, mistake);
  }

  private static Consumer<Rendering> change(Object[] where, Object value, Object... path) {
    List<Object> whole = new ArrayList<>(List.of(where));
    whole.addAll(List.of(path));
    return rendering -> rendering.one("Deployment", "lynxeye").put(value, whole.toArray());
  }

  private static Consumer<Rendering> add(String variable, String value) {
    return rendering -> {
      Map<String, Object> server = rendering.pods().findFirst().orElseThrow().server();
      Tree.list(server.get("env")).add(Map.of("name", variable, "value", value));
    };
  }

  private static boolean is(Map<String, Object> container, Object value, Object... path) {
    return value.equals(Tree.at(container.get("securityContext"), path));
  }

  private static int number(Map<String, Object> container, Object... path) {
    return Tree.at(container, path) instanceof Number number ? number.intValue() : -1;
  }

  private static boolean hasLimits(Map<String, Object> container) {
    return List.of("requests", "limits").stream()
        .map(kind -> Tree.map(Tree.at(container, "resources", kind)).keySet())
        .allMatch(keys -> keys.containsAll(Set.of("cpu", "memory", "ephemeral-storage")));
  }

  private static boolean same(Map<String, Object> container, String resource) {
    Object asked = Tree.at(container, "resources", "requests", resource);
    return asked != null && asked.equals(Tree.at(container, "resources", "limits", resource));
  }

  private static boolean isExact(String image) {
    return image.matches(".*@sha256:[0-9a-f]{64}")
        || (image.matches(".*:[^/]+-(gpu|cpu)") && !image.contains(":latest"));
  }

  private static boolean leaks(Map.Entry<String, String> variable) {
    boolean isFile = variable.getKey().endsWith("_FILE");
    return !isFile && variable.getKey().matches(".*(KEY|SECRET|PASSWORD|TOKEN).*");
  }

  private static boolean hasRoom(Pod pod, Map<String, Object> container) {
    Set<String> empty =
        Set.copyOf(
            Tree.maps(pod.spec().get("volumes")).stream()
                .filter(volume -> Tree.at(volume, "emptyDir", "sizeLimit") != null)
                .map(volume -> (String) volume.get("name"))
                .toList());
    List<String> places =
        Tree.maps(container.get("volumeMounts")).stream()
            .filter(mount -> empty.contains(mount.get("name")))
            .map(mount -> (String) mount.get("mountPath"))
            .toList();
    Map<String, String> environment = Pod.environment(container);
    return places.contains("/tmp")
        && places.stream()
            .anyMatch(place -> environment.get("LYNXEYE_CACHE").startsWith(place + "/"))
        && (environment.get("LYNXEYE_COLLECT_DATA") == null || collects(pod, container));
  }

  /** The records of each pod have a folder of their own, in a container of the storage account. */
  private static boolean collects(Pod pod, Map<String, Object> container) {
    String folder = Pod.environment(container).get("LYNXEYE_COLLECT_DATA");
    return folder.matches("/collected/[a-z-]+/\\$\\(POD_NAME\\)")
        && Tree.maps(container.get("volumeMounts")).stream()
            .filter(mount -> mount.get("mountPath").equals("/collected"))
            .map(mount -> pod.volume(mount.get("name")))
            .anyMatch(
                volume ->
                    "collected".equals(Tree.at(volume, "csi", "volumeAttributes", "containerName"))
                        && Boolean.FALSE.equals(Tree.at(volume, "csi", "readOnly")));
  }

  private static List<Object> names(Map<String, Object> from, String key) {
    return Tree.maps(from.get(key)).stream().map(one -> one.get("name")).toList();
  }
}
