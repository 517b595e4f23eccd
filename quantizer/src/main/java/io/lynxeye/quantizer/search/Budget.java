package io.lynxeye.quantizer.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * In which order layers go back to float32: those first that cause most damage for the work that
 * they take. A layer's damage is the divergence if only it computes in int8.
 */
public final class Budget {

  /** The shares of the work that the points of the curve do in float32. */
  private static final double[] SHARES = {0.02, 0.05, 0.09, 0.14, 0.2, 0.27, 0.35, 0.45, 0.6};

  private final Map<String, Double> damages;
  private final Map<String, Double> work;

  /**
   * @param damages the damage of each layer, in nats; infinite if it makes scores no numbers
   * @param work the multiplications of each layer for one input
   */
  public Budget(Map<String, Double> damages, Map<String, Double> work) {
    this.damages = damages;
    this.work = work;
  }

  /** The layers, the best to leave in float32 first; those without damage are missing. */
  List<String> order() {
    return damages.keySet().stream()
        .filter(layer -> damage(layer) > 0)
        .sorted(
            Comparator.<String>comparingDouble(
                    layer -> -damage(layer) / (work.get(layer) + least()))
                .thenComparing(layer -> layer))
        .toList();
  }

  private double damage(String layer) {
    return damages.get(layer);
  }

  /** Switching between int8 and float32 costs something for the smallest layer too. */
  private double least() {
    return 0.005 * total();
  }

  private double total() {
    return work.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * The sets of layers to try, each with the layers of that before it.
   *
   * @param always layers that are in float32 in every set
   */
  public List<Set<String>> steps(Set<String> always) {
    Map<Set<String>, Boolean> steps = new LinkedHashMap<>();
    steps.put(new TreeSet<>(always), true);
    double done = 0;
    Set<String> current = new TreeSet<>(always);
    List<String> left = new ArrayList<>(order());
    left.removeAll(always);
    for (double share : SHARES) {
      while (!left.isEmpty() && (done + work.get(left.get(0))) / total() <= share) {
        done += work.get(left.get(0));
        current.add(left.remove(0));
      }
      steps.put(new TreeSet<>(current), true);
    }
    return new ArrayList<>(steps.keySet());
  }
}
