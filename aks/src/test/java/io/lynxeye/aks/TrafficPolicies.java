package io.lynxeye.aks;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Policies for what routes requests to pods by their labels. */
final class TrafficPolicies {

  private static final Rendering CANARY = Renderings.of("cpu", "everything");

  private TrafficPolicies() {}

  static List<Policy> all() {
    return List.of(
        policy(
            "a deployment selects its own pods",
            TrafficPolicies::selectsItself,
            deployment("stable-2", "spec", "selector", "matchLabels", "lynxeye.io/track")),
        policy(
            "no service selects another version's pods",
            TrafficPolicies::onePodSet,
            change("Service", "lynxeye", null, "spec", "selector", "lynxeye.io/track")),
        policy(
            "no deployment selects another version's pods",
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
            "a disruption budget allows one pod to be evicted",
            TrafficPolicies::leavesRoom,
            change("PodDisruptionBudget", "lynxeye", 0, "spec", "maxUnavailable")),
        policy(
            "a disruption budget covers the pods of one version",
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
            "the shares of all versions add up to 100",
            TrafficPolicies::sharesMakeHundred,
            change("HTTPRoute", "lynxeye", 20, "spec", "rules", 0, "backendRefs", 1, "weight")),
        policy(
            "a route leads to services and ports that exist",
            TrafficPolicies::routesLead,
            change("HTTPRoute", "lynxeye", 9, "spec", "rules", 0, "backendRefs", 0, "port")),
        policy(
            "a route belongs to a listener of the gateway",
            TrafficPolicies::routeHasListener,
            change("HTTPRoute", "lynxeye", "http", "spec", "parentRefs", 0, "sectionName")),
        policy(
            "a gateway's pods, which have its labels, are not selected as the server's",
            TrafficPolicies::sparesTheGateway,
            change("NetworkPolicy", "lynxeye", null, "spec", "podSelector", "matchExpressions")),
        policy(
            "https has a certificate",
            TrafficPolicies::hasCertificate,
            change("Gateway", "lynxeye", null, "spec", "listeners", 0, "tls")));
  }

  private static Policy policy(String name, Policy.Rule rule, Consumer<Rendering> mistake) {
    return new Policy(name, rule, CANARY, mistake);
  }

  static Consumer<Rendering> change(String kind, String name, Object value, Object... path) {
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

  static Stream<Pod> selected(Rendering rendering, Map<String, Object> selector) {
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

  static int containerPort(Pod pod, Object name) {
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

  private static void sparesTheGateway(Rendering rendering, List<String> problems) {
    for (KubeObject gateway : rendering.all("Gateway").toList()) {
      Map<String, String> labels = strings(gateway.map("metadata", "labels"));
      Stream.concat(
              rendering.all("NetworkPolicy").filter(one -> takes(labels, one, "podSelector")),
              rendering.all("PodMonitor").filter(one -> takes(labels, one, "selector")))
          .forEach(one -> problems.add(one + " takes the gateway's pods"));
    }
  }

  private static boolean takes(Map<String, String> labels, KubeObject one, String selector) {
    Map<String, Object> wanted = one.map("spec", selector);
    return labels
            .entrySet()
            .containsAll(strings(one.map("spec", selector, "matchLabels")).entrySet())
        && Tree.maps(wanted.get("matchExpressions")).stream()
            .allMatch(
                each ->
                    each.get("operator").equals("Exists") && labels.containsKey(each.get("key")));
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
}
