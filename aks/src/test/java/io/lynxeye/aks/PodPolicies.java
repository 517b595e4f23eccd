package io.lynxeye.aks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Policies for every pod: probes, GPUs, termination. */
final class PodPolicies {

  private static final Rendering T4 = Renderings.of("t4", "model of the registry");
  private static final Set<String> ENDPOINTS = Set.of("/health/live", "/health/ready");
  private static final List<String> PROBES =
      List.of("startupProbe", "readinessProbe", "livenessProbe");
  private static final Set<String> RESTRICTED =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");
  private static final Map<String, Object> FOR_GPUS =
      Map.of("key", "sku", "operator", "Equal", "value", "gpu", "effect", "NoSchedule");

  private PodPolicies() {}

  static List<Policy> all() {
    return List.of(
        policy(
            "is probed where the server answers",
            PodPolicies::isProbed,
            server("/healthz", "readinessProbe", "httpGet", "path")),
        policy(
            "is killed for being dead, not for being busy",
            pod -> path(pod, "livenessProbe").equals("/health/live"),
            server("/health/ready", "livenessProbe", "httpGet", "path")),
        policy(
            "gets no request before it is ready",
            pod -> path(pod, "readinessProbe").equals("/health/ready"),
            server("/health/live", "readinessProbe", "httpGet", "path")),
        policy(
            "has five minutes to start",
            pod -> startSeconds(pod) >= 300,
            server(3, "startupProbe", "failureThreshold")),
        policy(
            "has a success threshold for readiness only",
            pod -> successes(pod, "startupProbe") == 1 && successes(pod, "livenessProbe") == 1,
            server(2, "livenessProbe", "successThreshold")),
        deployments(
            "has time to finish what it accepted",
            pod -> number(pod, "terminationGracePeriodSeconds") > ending(pod),
            pod(25, "terminationGracePeriodSeconds")),
        policy(
            "still answers until load balancers have removed it",
            pod -> preStop(pod) >= 1,
            server(null, "lifecycle", "preStop", "sleep")),
        policy(
            "tolerates the GPU taint exactly when it uses a GPU",
            pod -> Tree.maps(pod.spec().get("tolerations")).contains(FOR_GPUS) == (pod.gpus() > 0),
            pod(null, "tolerations")),
        policy(
            "requests a GPU exactly when it uses one",
            pod -> device(pod).equals("gpu") == (pod.gpus() > 0),
            server(null, "resources", "limits", "nvidia.com/gpu")),
        policy(
            "requests as many GPUs as its limit",
            pod -> gpus(pod, "requests").equals(gpus(pod, "limits")),
            server(2, "resources", "requests", "nvidia.com/gpu")),
        policy(
            "runs on the scoring machines",
            pod -> "scoring".equals(Tree.at(pod.spec(), "nodeSelector", "lynxeye.io/pool")),
            pod(null, "nodeSelector", "lynxeye.io/pool")),
        deployments(
            "mounts no service account token",
            pod -> Boolean.FALSE.equals(pod.spec().get("automountServiceAccountToken")),
            pod(true, "automountServiceAccountToken")),
        deployments(
            "owns its volumes as an unprivileged user",
            pod -> Integer.valueOf(10001).equals(Tree.at(pod.spec(), "securityContext", "fsGroup")),
            pod(null, "securityContext", "fsGroup")),
        deployments(
            "takes no options from other services' environment variables",
            pod -> Boolean.FALSE.equals(pod.spec().get("enableServiceLinks")),
            pod(null, "enableServiceLinks")),
        policy(
            "keeps the management port on its loopback",
            pod -> "127.0.0.1".equals(env(pod).get("LYNXEYE_MANAGEMENT_HOST")),
            variable("LYNXEYE_MANAGEMENT_HOST", "0.0.0.0")),
        new Policy(
            "requires keys unless they are disabled",
            PodPolicies::areProtected,
            T4,
            variable("LYNXEYE_AUTH", "none")),
        policy(
            "refuses requests that waited too long before they time out",
            pod ->
                millis(pod, "LYNXEYE_MAX_QUEUE_WAIT", 1)
                    <= millis(pod, "LYNXEYE_REQUEST_TIMEOUT", 1000),
            variable("LYNXEYE_MAX_QUEUE_WAIT", "90000")),
        policy(
            "leaves half of its memory to the engine",
            PodPolicies::hasMemory,
            variable("LYNXEYE_HEAP", "7000m")),
        deployments(
            "imports only a model with the right digest, from a read-only registry",
            PodPolicies::importsSafely,
            pod("", "initContainers", 0, "args", 6)),
        deployments(
            "has only volumes that the Pod Security Standard \"restricted\" allows",
            pod -> volumes(pod).allMatch(RESTRICTED::contains),
            pod(new LinkedHashMap<>(Map.of("path", "/")), "volumes", 0, "hostPath")),
        deployments(
            "mounts blobs with its identity, and without an account key",
            PodPolicies::hasIdentity,
            pod(null, "volumes", 3, "csi", "volumeAttributes", "mountWithWorkloadIdentityToken")),
        new Policy(
            "a pod starts before its predecessor ends only where there is room, and no state, for both",
            PodPolicies::rollsWhereThereIsRoom,
            T4,
            rendering ->
                victim(rendering).put(1, "spec", "strategy", "rollingUpdate", "maxSurge")));
  }

  private static Policy policy(String name, Predicate<Pod> holds, Consumer<Rendering> mistake) {
    Policy.Rule rule =
        (rendering, problems) ->
            rendering
                .pods()
                .filter(pod -> !holds.test(pod))
                .forEach(pod -> problems.add(pod.owner().toString()));
    return new Policy("a pod " + name, rule, T4, mistake);
  }

  /** KServe sets these in the service, not in the runtime. */
  private static Policy deployments(
      String name, Predicate<Pod> holds, Consumer<Rendering> mistake) {
    return policy(
        name, pod -> !pod.owner().kind().equals("Deployment") || holds.test(pod), mistake);
  }

  private static KubeObject victim(Rendering rendering) {
    return rendering.one("Deployment", "lynxeye");
  }

  private static Consumer<Rendering> pod(Object value, Object... path) {
    return rendering ->
        new KubeObject(rendering.pods().findFirst().orElseThrow().spec()).put(value, path);
  }

  private static Consumer<Rendering> server(Object value, Object... path) {
    return rendering ->
        new KubeObject(rendering.pods().findFirst().orElseThrow().server()).put(value, path);
  }

  private static Consumer<Rendering> variable(String name, String value) {
    return rendering ->
        Tree.maps(rendering.pods().findFirst().orElseThrow().server().get("env")).stream()
            .filter(one -> one.get("name").equals(name))
            .forEach(one -> one.put("value", value));
  }

  private static Map<String, String> env(Pod pod) {
    return Pod.environment(pod.server());
  }

  private static String path(Pod pod, String probe) {
    return String.valueOf(Tree.at(pod.server(), probe, "httpGet", "path"));
  }

  private static boolean isProbed(Pod pod) {
    return PROBES.stream()
        .allMatch(probe -> ENDPOINTS.contains(path(pod, probe)) && isHttpPort(pod, probe));
  }

  private static boolean isHttpPort(Pod pod, String probe) {
    Object port = Tree.at(pod.server(), probe, "httpGet", "port");
    return Tree.maps(pod.server().get("ports")).stream()
        .filter(one -> port.equals(one.get("name")) || port.equals(one.get("containerPort")))
        .anyMatch(one -> env(pod).get("LYNXEYE_PORT").equals("" + one.get("containerPort")));
  }

  private static int number(Pod pod, Object... path) {
    return Tree.at(pod.spec(), path) instanceof Number number ? number.intValue() : 0;
  }

  private static int ofServer(Pod pod, Object... path) {
    return Tree.at(pod.server(), path) instanceof Number number ? number.intValue() : 0;
  }

  private static int startSeconds(Pod pod) {
    return ofServer(pod, "startupProbe", "periodSeconds")
        * ofServer(pod, "startupProbe", "failureThreshold");
  }

  private static int successes(Pod pod, String probe) {
    return Math.max(1, ofServer(pod, probe, "successThreshold"));
  }

  private static int preStop(Pod pod) {
    return ofServer(pod, "lifecycle", "preStop", "sleep", "seconds");
  }

  private static int ending(Pod pod) {
    return preStop(pod) + Integer.parseInt(env(pod).get("LYNXEYE_DRAIN_TIMEOUT"));
  }

  private static String device(Pod pod) {
    return env(pod).get("LYNXEYE_DEVICE");
  }

  private static String gpus(Pod pod, String kind) {
    return "" + Tree.at(pod.server(), "resources", kind, "nvidia.com/gpu");
  }

  private static void areProtected(Rendering rendering, List<String> problems) {
    boolean isOpen = "false".equals(rendering.settings().get("auth_enabled"));
    rendering
        .pods()
        .filter(pod -> !env(pod).get("LYNXEYE_AUTH").equals(isOpen ? "none" : "keys"))
        .forEach(pod -> problems.add(pod.owner().toString()));
    rendering
        .pods()
        .filter(
            pod ->
                Stream.of("PRIMARY", "SECONDARY", "ADMIN")
                    .anyMatch(
                        key -> env(pod).containsKey("LYNXEYE_" + key + "_KEY_FILE") == isOpen))
        .forEach(pod -> problems.add(pod.owner() + " has keys that it does not ask for, or none"));
  }

  private static long millis(Pod pod, String variable, int unit) {
    return Long.parseLong(env(pod).getOrDefault(variable, "60")) * unit;
  }

  private static boolean hasMemory(Pod pod) {
    long heap = Long.parseLong(env(pod).get("LYNXEYE_HEAP").replace("m", ""));
    String limit = "" + Tree.at(pod.server(), "resources", "limits", "memory");
    return 2 * heap <= Long.parseLong(limit.replace("Gi", "")) * 1024;
  }

  private static boolean importsSafely(Pod pod) {
    List<Map<String, Object>> before = Tree.maps(pod.spec().get("initContainers"));
    if (before.isEmpty()) {
      return !env(pod).get("LYNXEYE_STORE").equals("/models");
    }
    return before.stream().allMatch(PodPolicies::importsSafely);
  }

  private static boolean importsSafely(Map<String, Object> container) {
    List<Object> args = Tree.list(container.get("args"));
    String digest = "" + args.get(args.indexOf("--sha256") + 1);
    boolean isReadOnly =
        Tree.maps(container.get("volumeMounts")).stream()
            .filter(mount -> mount.get("name").equals("registry"))
            .allMatch(mount -> Boolean.TRUE.equals(mount.get("readOnly")));
    return digest.matches("[0-9a-f]{64}") && isReadOnly;
  }

  private static Stream<String> volumes(Pod pod) {
    return Tree.maps(pod.spec().get("volumes")).stream()
        .flatMap(volume -> volume.keySet().stream())
        .filter(key -> !key.equals("name"));
  }

  private static boolean hasIdentity(Pod pod) {
    return Tree.maps(pod.spec().get("volumes")).stream()
        .filter(volume -> "blob.csi.azure.com".equals(Tree.at(volume, "csi", "driver")))
        .map(volume -> Tree.map(Tree.at(volume, "csi", "volumeAttributes")))
        .allMatch(
            one ->
                "true".equals(one.get("mountWithWorkloadIdentityToken"))
                    && Renderings.CLIENT.equals(one.get("clientID"))
                    && !one.containsKey("secretName"));
  }

  /** All hardware has room for one replica of the default size per machine. */
  private static void rollsWhereThereIsRoom(Rendering rendering, List<String> problems) {
    Map<String, String> settings = rendering.settings();
    int machines = Integer.parseInt(settings.getOrDefault("node_count", "3"));
    int replicas =
        rendering.all("Deployment").mapToInt(one -> Math.max(0, replicas(rendering, one))).sum();
    boolean isAdded = "true".equals(settings.get("node_autoscale_enabled"));
    int surge = replicas < machines && !isAdded ? 1 : 0;
    Map<String, Integer> steps = Map.of("maxSurge", surge, "maxUnavailable", 1 - surge);
    Map<String, Object> rolling = Map.of("type", "RollingUpdate", "rollingUpdate", steps);
    boolean isStateful = settings.containsKey("rollout_state_claim");
    rendering
        .all("Deployment")
        .map(one -> one.map("spec", "strategy"))
        .filter(one -> !one.equals(isStateful ? Map.of("type", "Recreate") : rolling))
        .forEach(one -> problems.add(replicas + " on " + machines + ": " + one));
  }

  private static int replicas(Rendering rendering, KubeObject deployment) {
    return rendering
        .all("ScaledObject")
        .filter(one -> one.text("spec", "scaleTargetRef", "name").equals(deployment.name()))
        .mapToInt(one -> one.number("spec", "maxReplicaCount"))
        .findFirst()
        .orElse(deployment.number("spec", "replicas"));
  }
}
