package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Verdict;
import java.util.Arrays;
import java.util.List;

/** The ratios that a run must meet, each computed from values of the same round. */
final class Ratios {

  private final Figures figures;
  private final int cores;

  Ratios(Figures figures, int cores) {
    this.figures = figures;
    this.cores = cores;
  }

  /** All ratios, including those that were not measured. */
  List<Verdict> all() {
    return List.of(
        Verdict.atLeast(
            0.92, "serving efficiency: images/s at 32 clients / ideal", ofIdeal("closed")),
        Verdict.shown(
            "the same without HTTP (decode pool, queue, engine) / ideal", ofIdeal("pipeline")),
        Verdict.atLeast(0.97, "images/s at 128 clients / at 32", speed("closed.128", "closed.32")),
        Verdict.atLeast(
            0.9, "images/s at 32 clients / engine alone", speed("closed.32", "engine.as_served")),
        Verdict.atMost(2, "p99 / p50 at 32 clients", over("closed.32.p99_ms", "closed.32.p50_ms")),
        Verdict.atMost(3, "max / p50 at 32 clients", over("closed.32.max_ms", "closed.32.p50_ms")),
        Verdict.atMost(1.15, "one client's p50 / (decode + engine at batch 1)", oneClient()),
        Verdict.atLeast(0.95, "goodput at 300 % / peak", over("open.300.goodput_per_s", peak())),
        Verdict.atMost(
            1,
            "p99 of accepted at 300 % / deadline",
            over("open.300.accepted_p99_ms", "open.deadline_ms")),
        Verdict.atMost(
            10, "p99 of refusals at 300 %, ms", figures.rounds("open.300.refused_p99_ms")),
        Verdict.atMost(
            0, "requests neither scored nor refused at 300 %", figures.rounds("open.300.failed")),
        Verdict.atMost(2, "recovery time after 300 %, s", figures.rounds("open.300.recovery_s")),
        Verdict.atMost(0, "refused of a burst of 200", figures.rounds("burst.refused")),
        Verdict.atMost(0, "refused of 12 megapixels, 32 clients", figures.rounds("flood.refused")),
        Verdict.atMost(
            2000,
            "p50 of accepted in a lasting overload, ms",
            figures.rounds("lasting.accepted_p50_ms")),
        Verdict.atMost(40, "12 megapixels: decode + resize, ms", figures.rounds("decode.12mp.ms")),
        Verdict.atMost(
            0.35,
            "12 megapixels: decode + resize / ImageIO",
            over("decode.12mp.ms", "decode.12mp.jdk_ms")));
  }

  /** Images per second if decoding used all cores and left the rest of the time to the engine. */
  double[] ideal() {
    return figures.combined(
        "engine.as_served.images_per_s",
        "decode.lynx.ms",
        (perSecond, decodeMillis) -> 1 / (1 / perSecond + decodeMillis / 1000 / cores));
  }

  private double[] ofIdeal(String what) {
    return divide(figures.rounds(what + ".32.images_per_s"), ideal());
  }

  private double[] oneClient() {
    double[] least = figures.combined("decode.lynx.ms", "engine.b1.ms", Double::sum);
    return divide(figures.rounds("closed.1.p50_ms"), least);
  }

  /** The highest throughput of the round, under any load. */
  private double[] peak() {
    double[] at32 = figures.rounds("closed.32.images_per_s");
    double[] at128 = figures.rounds("closed.128.images_per_s");
    double[] peak = at32.clone();
    Arrays.setAll(peak, i -> i < at128.length ? Math.max(at32[i], at128[i]) : at32[i]);
    return peak;
  }

  private double[] speed(String one, String other) {
    return over(one + ".images_per_s", other + ".images_per_s");
  }

  private double[] over(String one, String other) {
    return over(one, figures.rounds(other));
  }

  private double[] over(String one, double[] other) {
    return divide(figures.rounds(one), other);
  }

  private static double[] divide(double[] one, double[] other) {
    double[] ratios = new double[Math.min(one.length, other.length)];
    Arrays.setAll(ratios, i -> one[i] / other[i]);
    return ratios;
  }
}
