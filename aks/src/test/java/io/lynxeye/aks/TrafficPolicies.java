package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What leads requests to pods, and counts on their labels. */
final class TrafficPolicies {

  private static final Rendering CANARY = Renderings.of("cpu", "everything");
  private static final Rendering SCALED = Renderings.of("t4", "autoscaled");

  private TrafficPolicies() {}

  static List<Policy> all() {
    return List.of(
        policy(
            "a deployment selects its own pods",
            TrafficPolicies::selectsItself,
            deployment("stable-2", "spec", "selector", "matchLabels", "lynxeye.io/track")),
        policy(
            "no service takes another version's pods",
            TrafficPolicies::onePodSet,
            change("Service", "lynxeye", null, "spec", "selector", "lynxeye.io/track")),
        policy(
            "no deployment takes another version's pods",
            TrafficPolicies::disjoint,
            change(
                "Deployment",
                "lynxeye-canary",
                "stable",
                "spec",
                "template",
                "metadata",
                "labels",
                "lynxeye.io/track")),
        policy(
            "a service's ports are ports of its pods",
            TrafficPolicies::portsMatch,
            change("Service", "lynxeye", "web", "spec", "ports", 0, "targetPort")),
        policy(
            "a budget leaves room for one pod to go",
            TrafficPolicies::leavesRoom,
            change("PodDisruptionBudget", "lynxeye", 0, "spec", "maxUnavailable")),
        policy(
            "a budget is about the pods of one version",
            TrafficPolicies::budgetsMatch,
            change(
                "PodDisruptionBudget",
                "lynxeye",
                "x",
                "spec",
                "selector",
                "matchLabels",
                "lynxeye.io/track")),
        policy(
            "the shares of all versions make 100",
            TrafficPolicies::sharesMakeHundred,
            change("HTTPRoute", "lynxeye", 20, "spec", "rules", 0, "backendRefs", 1, "weight")),
        policy(
            "a route leads to services and ports that there are",
            TrafficPolicies::routesLead,
            change("HTTPRoute", "lynxeye", 9, "spec", "rules", 0, "backendRefs", 0, "port")),
        policy(
            "a route belongs to a listener of the gateway",
            TrafficPolicies::routeHasListener,
            change("HTTPRoute", "lynxeye", "http", "spec", "parentRefs", 0, "sectionName")),
        policy(
            "https has a certificate",
            TrafficPolicies::hasCertificate,
            change("Gateway", "lynxeye", null, "spec", "listeners", 0, "tls")),
        policy(
            "the network policy covers all pods and opens no administrators' port",
            TrafficPolicies::isClosed,
            change("NetworkPolicy", "lynxeye", 8081, "spec", "ingress", 0, "ports", 0, "port")),
        policy(
            "metrics are for who watches alone",
            TrafficPolicies::metricsAreGuarded,
            change("NetworkPolicy", "lynxeye", null, "spec", "ingress", 1, "from")),
        policy(
            "nothing goes out but to names and the collector",
            TrafficPolicies::goesNowhere,
            change(
                "NetworkPolicy", "lynxeye", new ArrayList<>(List.of(Map.of())), "spec", "egress")),
        policy(
            "what is watched is a port of the pods",
            TrafficPolicies::isWatched,
            change("PodMonitor", "lynxeye", "http2", "spec", "podMetricsEndpoints", 0, "port")),
        new Policy(
            "the autoscaler goes by a meter that the server has",
            TrafficPolicies::knowsItsMeter,
            SCALED,
            change(
                "ScaledObject", "lynxeye", "sum(up)", "spec", "triggers", 0, "metadata", "query")),
        new Policy(
            "the autoscaler alone counts what it scales",
            TrafficPolicies::scalesAlone,
            SCALED,
            deployment(3, "spec", "replicas")),
        policy(
            "a claim finds its volume",
            TrafficPolicies::claimsMatch,
            change("PersistentVolumeClaim", "lynxeye-models", "x", "spec", "volumeName")),
        policy(
            "the vault's keys have the names that are mounted",
            TrafficPolicies::vaultHasKeys,
            change(
                "SecretProviderClass",
                "lynxeye-keys",
                "array: []",
                "spec",
                "parameters",
                "objects")));
  }

  private static Policy policy(String name, Policy.Rule rule, Consumer<Rendering> mistake) {
    return new Policy(name, rule, CANARY, mistake);
  }

  private static Consumer<Rendering> change(
      String kind, String name, Object value, Object... path) {
    return rendering -> rendering.one(kind, name).put(value, path);
  }

  private static Consumer<Rendering> deployment(Object value, Object... path) {
    return change("Deployment", "lynxeye", value, path);
  }

  private static Map<String, String> strings(Map<String, Object> labels) {
    Map<String, String> strings = new TreeMap<>();
    labels.forEach((key, value) -> strings.put(key, "" + value));
    return strings;
  }

  private static Stream<Pod> selected(Rendering rendering, Map<String, Object> selector) {
    return rendering
        .pods()
        .filter(pod -> pod.labels().entrySet().containsAll(strings(selector).entrySet()));
  }

  private static void selectsItself(Rendering rendering, List<String> problems) {
    rendering
        .all("Deployment")
        .filter(
            one ->
                selected(rendering, one.map("spec", "selector", "matchLabels"))
                    .noneMatch(pod -> pod.owner().equals(one)))
        .forEach(one -> problems.add(one.toString()));
  }

  private static void onePodSet(Rendering rendering, List<String> problems) {
    rendering
        .all("Service")
        .filter(one -> selected(rendering, one.map("spec", "selector")).count() != 1)
        .forEach(one -> problems.add(one + " does not select one version"));
  }

  private static void disjoint(Rendering rendering, List<String> problems) {
    rendering
        .all("Deployment")
        .filter(one -> selected(rendering, one.map("spec", "selector", "matchLabels")).count() > 1)
        .forEach(one -> problems.add(one + " selects pods of another"));
  }

  private static void portsMatch(Rendering rendering, List<String> problems) {
    for (KubeObject service : rendering.all("Service").toList()) {
      for (Map<String, Object> port : service.maps("spec", "ports")) {
        boolean isThere =
            selected(rendering, service.map("spec", "selector"))
                .allMatch(
                    pod -> containerPort(pod, port.get("targetPort")) == (int) port.get("port"));
        if (!isThere) {
          problems.add(service + " " + port.get("name"));
        }
      }
    }
  }

  private static int containerPort(Pod pod, Object name) {
    return Tree.maps(pod.server().get("ports")).stream()
        .filter(one -> one.get("name").equals(name))
        .map(one -> (int) one.get("containerPort"))
        .findFirst()
        .orElse(-1);
  }

  private static void leavesRoom(Rendering rendering, List<String> problems) {
    rendering
        .all("PodDisruptionBudget")
        .filter(one -> one.number("spec", "maxUnavailable") < 1)
        .forEach(one -> problems.add(one.toString()));
  }

  private static void budgetsMatch(Rendering rendering, List<String> problems) {
    rendering
        .all("PodDisruptionBudget")
        .filter(one -> selected(rendering, one.map("spec", "selector", "matchLabels")).count() != 1)
        .forEach(one -> problems.add(one.toString()));
  }

  private static void sharesMakeHundred(Rendering rendering, List<String> problems) {
    rendering
        .all("HTTPRoute")
        .filter(
            one ->
                one.maps("spec", "rules", 0, "backendRefs").stream()
                        .mapToInt(to -> (int) to.get("weight"))
                        .sum()
                    != 100)
        .forEach(one -> problems.add(one.toString()));
  }

  private static void routesLead(Rendering rendering, List<String> problems) {
    Set<String> places = new HashSet<>();
    rendering
        .all("Service")
        .forEach(
            one ->
                one.maps("spec", "ports").forEach(to -> places.add(one.name() + to.get("port"))));
    rendering
        .all("HTTPRoute")
        .flatMap(one -> one.maps("spec", "rules", 0, "backendRefs").stream())
        .map(to -> "" + to.get("name") + to.get("port"))
        .filter(to -> !places.contains(to))
        .forEach(problems::add);
  }

  private static void routeHasListener(Rendering rendering, List<String> problems) {
    List<String> listeners =
        rendering
            .all("Gateway")
            .flatMap(
                one ->
                    one.maps("spec", "listeners").stream().map(to -> one.name() + to.get("name")))
            .toList();
    rendering
        .all("HTTPRoute")
        .map(
            one ->
                one.text("spec", "parentRefs", 0, "name")
                    + one.text("spec", "parentRefs", 0, "sectionName"))
        .filter(to -> !listeners.contains(to))
        .forEach(problems::add);
  }

  private static void hasCertificate(Rendering rendering, List<String> problems) {
    rendering
        .all("Gateway")
        .flatMap(one -> one.maps("spec", "listeners").stream())
        .filter(
            one ->
                one.get("protocol").equals("HTTPS")
                    != (Tree.at(one, "tls", "certificateRefs", 0, "name") != null))
        .forEach(one -> problems.add("" + one.get("name")));
  }

  private static void isClosed(Rendering rendering, List<String> problems) {
    if (rendering.all("Deployment").findAny().isEmpty()) {
      return; // KServe's own objects come from its controller.
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

  private static void claimsMatch(Rendering rendering, List<String> problems) {
    List<String> volumes = rendering.all("PersistentVolume").map(KubeObject::name).toList();
    rendering
        .all("PersistentVolumeClaim")
        .filter(one -> !volumes.contains(one.text("spec", "volumeName")))
        .forEach(one -> problems.add(one.toString()));
  }

  private static void vaultHasKeys(Rendering rendering, List<String> problems) {
    for (KubeObject vault : rendering.all("SecretProviderClass").toList()) {
      String objects = vault.text("spec", "parameters", "objects");
      if (!objects.contains("objectAlias: primary\n")
          || !objects.contains("objectAlias: secondary")) {
        problems.add(vault.toString());
      }
    }
  }
}
