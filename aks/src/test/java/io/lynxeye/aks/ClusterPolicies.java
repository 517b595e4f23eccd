package io.lynxeye.aks;

import static io.lynxeye.aks.TrafficPolicies.change;
import static io.lynxeye.aks.TrafficPolicies.containerPort;
import static io.lynxeye.aks.TrafficPolicies.selected;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Policies for everything around the pods: network, monitoring, autoscaling, volumes and keys. */
final class ClusterPolicies {

  private static final Rendering EVERYTHING = Renderings.of("cpu", "everything");
  private static final Rendering SCALED = Renderings.of("t4", "autoscaled");

  private ClusterPolicies() {}

  static List<Policy> all() {
    return List.of(
        policy(
            "the network policy covers all pods and does not open the management port",
            ClusterPolicies::isClosed,
            change("NetworkPolicy", "lynxeye", 8081, "spec", "ingress", 0, "ports", 0, "port")),
        policy(
            "only the monitoring namespace reaches the metrics",
            ClusterPolicies::metricsAreGuarded,
            change("NetworkPolicy", "lynxeye", null, "spec", "ingress", 1, "from")),
        policy(
            "pods can reach DNS and the collector only",
            ClusterPolicies::goesNowhere,
            change(
                "NetworkPolicy", "lynxeye", new ArrayList<>(List.of(Map.of())), "spec", "egress")),
        policy(
            "the monitored port is a port of the pods",
            ClusterPolicies::isWatched,
            change("PodMonitor", "lynxeye", "http2", "spec", "podMetricsEndpoints", 0, "port")),
        new Policy(
            "the autoscaler uses a meter that the server has",
            ClusterPolicies::knowsItsMeter,
            SCALED,
            change(
                "ScaledObject", "lynxeye", "sum(up)", "spec", "triggers", 0, "metadata", "query")),
        new Policy(
            "only the autoscaler sets the replicas that it scales",
            ClusterPolicies::scalesAlone,
            SCALED,
            change("Deployment", "lynxeye", 3, "spec", "replicas")),
        policy(
            "the vault's keys have the names that pods mount",
            ClusterPolicies::vaultHasKeys,
            change(
                "SecretProviderClass",
                "lynxeye-keys",
                "array: []",
                "spec",
                "parameters",
                "objects")));
  }

  private static Policy policy(String name, Policy.Rule rule, Consumer<Rendering> mistake) {
    return new Policy(name, rule, EVERYTHING, mistake);
  }

  private static void isClosed(Rendering rendering, List<String> problems) {
    if (rendering.all("Deployment").findAny().isEmpty()) {
      return; // KServe's controller creates these objects.
    }
    for (Pod pod : rendering.pods().toList()) {
      boolean isCovered =
          rendering
              .all("NetworkPolicy")
              .map(one -> one.map("spec", "podSelector", "matchLabels"))
              .anyMatch(labels -> selected(rendering, labels).anyMatch(one -> one.equals(pod)));
      if (!isCovered) {
        problems.add(pod.owner() + " is open");
      }
    }
    rendering
        .all("NetworkPolicy")
        .flatMap(one -> one.maps("spec", "ingress").stream())
        .flatMap(one -> Tree.maps(one.get("ports")).stream())
        .filter(port -> !Set.of(8080, 8082, 8083).contains(port.get("port")))
        .forEach(port -> problems.add("opens " + port.get("port")));
  }

  private static void metricsAreGuarded(Rendering rendering, List<String> problems) {
    rendering
        .all("NetworkPolicy")
        .flatMap(one -> one.maps("spec", "ingress").stream())
        .filter(
            one -> Tree.maps(one.get("ports")).stream().anyMatch(to -> to.get("port").equals(8083)))
        .filter(one -> Tree.list(one.get("from")).isEmpty())
        .forEach(one -> problems.add("8083 is open to all"));
  }

  private static void goesNowhere(Rendering rendering, List<String> problems) {
    rendering
        .all("NetworkPolicy")
        .filter(one -> !one.text("spec", "policyTypes").contains("Egress"))
        .forEach(one -> problems.add(one + " lets everything out"));
    rendering
        .all("NetworkPolicy")
        .flatMap(one -> one.maps("spec", "egress").stream())
        .filter(one -> Tree.list(one.get("ports")).isEmpty())
        .forEach(one -> problems.add("lets everything out"));
  }

  private static void isWatched(Rendering rendering, List<String> problems) {
    for (KubeObject monitor : rendering.all("PodMonitor").toList()) {
      String port = monitor.text("spec", "podMetricsEndpoints", 0, "port");
      boolean isThere =
          selected(rendering, monitor.map("spec", "selector", "matchLabels"))
              .allMatch(pod -> containerPort(pod, port) == 8083);
      if (!isThere) {
        problems.add(monitor + " " + port);
      }
    }
  }

  private static void knowsItsMeter(Rendering rendering, List<String> problems) {
    rendering
        .all("ScaledObject")
        .map(one -> one.text("spec", "triggers", 0, "metadata", "query"))
        .filter(
            query -> ServerOptions.meters().stream().noneMatch(one -> query.contains(one + "{")))
        .forEach(problems::add);
  }

  private static void scalesAlone(Rendering rendering, List<String> problems) {
    rendering
        .all("ScaledObject")
        .map(one -> rendering.one("Deployment", one.text("spec", "scaleTargetRef", "name")))
        .filter(one -> one.at("spec", "replicas") != null)
        .forEach(one -> problems.add(one.toString()));
  }

  private static void vaultHasKeys(Rendering rendering, List<String> problems) {
    for (KubeObject vault : rendering.all("SecretProviderClass").toList()) {
      String objects = vault.text("spec", "parameters", "objects");
      if (!objects.contains("objectAlias: primary\n")
          || !objects.contains("objectAlias: secondary\n")
          || !objects.contains("objectAlias: admin")) {
        problems.add(vault.toString());
      }
    }
  }
}
