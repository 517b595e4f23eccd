package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A rule that every rendering obeys, and a mistake that it must find.
 *
 * @param name states the rule
 * @param rule finds violations
 * @param victim a rendering to which the rule applies
 * @param mistake made in a copy of it
 */
record Policy(String name, Rule rule, Rendering victim, Consumer<Rendering> mistake) {

  /** Returns the violations. */
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
