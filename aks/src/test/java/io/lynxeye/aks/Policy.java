package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A rule that every rendering keeps, and a mistake that it catches.
 *
 * @param name tells the rule
 * @param rule finds what breaks it
 * @param victim a rendering that has what the rule is about
 * @param mistake made in a copy of it
 */
record Policy(String name, Rule rule, Rendering victim, Consumer<Rendering> mistake) {

  /** Tells what breaks it. */
  interface Rule {
    void look(Rendering rendering, List<String> problems);
  }

  static List<Policy> all() {
    return Stream.of(
            ContainerPolicies.all(),
            PodPolicies.all(),
            TrafficPolicies.all(),
            ClusterPolicies.all())
        .flatMap(List::stream)
        .toList();
  }

  List<String> problems(Rendering rendering) {
    List<String> problems = new ArrayList<>();
    rule.look(rendering, problems);
    return problems.stream().map(one -> rendering + ": " + name + ": " + one).toList();
  }
}
