package io.lynxeye.quantizer;

import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.rewrite.ChannelRange;
import io.lynxeye.quantizer.rewrite.Equalization;
import io.lynxeye.quantizer.rewrite.Rewriter;
import io.lynxeye.quantizer.search.Agreement;
import io.lynxeye.quantizer.search.Budget;
import io.lynxeye.quantizer.search.CurvePoint;
import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.PreparedInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/** Finds the layers to leave in float32: each candidate is loaded and scored. */
final class Search {

  /** How far channels are made alike; the best is found by trying. */
  private static final List<Double> STRENGTHS = List.of(0.0, 0.4, 0.55, 0.7, 0.85);

  private static final List<Double> HEADROOMS = List.of(1.15, 1.3);

  /** Convolutions of so few channels may be slower in int8. */
  private static final int FEW_CHANNELS = 8;

  static final int BATCH = 4;
  private static final int ROUNDS = 3;
  private static final int FINAL_ROUNDS = 5;

  /**
   * What was found.
   *
   * @param chosen the fastest point with the wanted agreement that also keeps every sure input,
   *     else the fastest with the wanted agreement, else that with the best
   * @param curve all points, the fastest first
   * @param damages of the layers, in nats
   * @param scaling how activations were scaled
   */
  record Outcome(
      CurvePoint chosen,
      List<CurvePoint> curve,
      boolean isMet,
      Map<String, Double> damages,
      Scaling scaling) {}

  private final Quantizer.Session session;
  private final QuantizeListener listener;
  private final Map<String, Layer> plain;
  private final Probes probes;
  private final List<PreparedInput> batch;
  private final ImageSet test;
  private final ImageSet screening;
  private Equalization.Equalized model;
  private List<float[]> screeningScores;

  /**
   * @param batch inputs to measure the speed with, at least one and at most {@link #BATCH}
   * @param screening inputs to choose with
   * @param test inputs to measure the agreement on
   */
  Search(
      Quantizer.Session session,
      QuantizeListener listener,
      Map<String, Layer> layers,
      Probes probes,
      List<PreparedInput> batch,
      ImageSet screening,
      ImageSet test) {
    this.session = session;
    this.listener = listener;
    this.plain = layers;
    this.probes = probes;
    this.batch = batch;
    this.screening = screening;
    this.test = test;
    this.model = new Equalization.Equalized(layers, probes.ranges());
  }

  /**
   * Searches.
   *
   * @throws QuantizeException when the float32 model itself gives no numbers
   */
  Outcome run(double agree)
      throws QuantizeException, IOException, InterruptedException, ModelLoadException {
    screeningScores = exactScores(screening);
    equalize(Set.of());
    Set<String> always = slowerInInt8();
    Map<String, Double> damages = damages(always);
    Map<String, Double> work =
        names().stream().collect(Collectors.toMap(name -> name, name -> probes.work(layer(name))));
    List<Set<String>> steps = new Budget(damages, work).steps(always);
    // The few worst layers want other scales than the rest, which shows once they are in float32.
    Scaling scaling = equalize(steps.get(Math.min(1, steps.size() - 1)));
    List<CurvePoint> curve = new ArrayList<>();
    List<float[]> exact = exactScores(test);
    listener.step("measuring the curve", steps.size());
    for (Set<String> real : steps) {
      CurvePoint point = measure(real, exact, ROUNDS);
      curve.add(point);
      listener.say(Quantizer.line(point, names().size()));
      listener.advance();
      if (isMet(point, agree) && point.agreement().isSureKept()) {
        break;
      }
    }
    Optional<CurvePoint> met =
        curve.stream()
            .filter(point -> isMet(point, agree) && point.agreement().isSureKept())
            .findFirst()
            .or(() -> curve.stream().filter(point -> isMet(point, agree)).findFirst());
    CurvePoint best =
        met.orElseGet(
            () ->
                curve.stream()
                    .max(Comparator.comparingDouble(point -> point.agreement().share()))
                    .orElseThrow());
    listener.step("measuring the speed", 0);
    CurvePoint chosen = measure(best.realLayers(), exact, FINAL_ROUNDS);
    return new Outcome(chosen, curve, met.isPresent(), damages, scaling);
  }

  private List<float[]> exactScores(ImageSet set) throws QuantizeException, InterruptedException {
    List<float[]> scores = session.runs().scores(session.exact(), set.inputs());
    if (scores.stream().anyMatch(row -> row.length == 0)) {
      throw new QuantizeException(
          "the float32 model gives scores that are not numbers for some of the images: correct the model, or leave these images out");
    }
    return scores;
  }

  private static boolean isMet(CurvePoint point, double agree) {
    return point.agreement().share() >= agree;
  }

  /** The graph of a point. */
  Collection<NodeDef> nodes(CurvePoint point) {
    return nodes(point.realLayers());
  }

  private Collection<NodeDef> nodes(Set<String> real) {
    Set<String> int8 = new TreeSet<>(names());
    int8.removeAll(real);
    return new Rewriter(session.file().graph(), model.layers(), model.ranges(), int8)
        .write(session.file().graph().roots());
  }

  /** The layers that can be int8. */
  List<String> names() {
    return plain.values().stream()
        .filter(layer -> layer.kind() != Layer.Kind.MATRIX)
        .map(Layer::name)
        .toList();
  }

  private Layer layer(String name) {
    return plain.values().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  private LoadedModel load(Set<String> real)
      throws IOException, InterruptedException, ModelLoadException {
    return session.candidates().load(nodes(real), Map.of());
  }

  private double divergence(Set<String> real)
      throws IOException, InterruptedException, ModelLoadException {
    try (LoadedModel candidate = load(real)) {
      return Agreement.of(
              screeningScores,
              session.runs().scores(candidate, screening.inputs()),
              screening.images())
          .divergence();
    }
  }

  /** How channels are made alike, and how far values may exceed those of the calibration. */
  record Scaling(double strength, double headroom) {}

  /**
   * Chosen on images that the ranges do not come from: on those that they come from, nothing is
   * ever cut off, and the tightest ranges look best.
   */
  private Scaling equalize(Set<String> real)
      throws IOException, InterruptedException, ModelLoadException {
    listener.step("equalising channels", STRENGTHS.size() + HEADROOMS.size());
    Map<Scaling, Double> divergences = new LinkedHashMap<>();
    for (double strength : STRENGTHS) {
      tryScaling(new Scaling(strength, 1), real, divergences);
    }
    double strength = best(divergences).strength();
    for (double headroom : HEADROOMS) {
      tryScaling(new Scaling(strength, headroom), real, divergences);
    }
    model = scaled(best(divergences));
    return best(divergences);
  }

  private void tryScaling(Scaling scaling, Set<String> real, Map<Scaling, Double> divergences)
      throws IOException, InterruptedException, ModelLoadException {
    model = scaled(scaling);
    divergences.put(scaling, divergence(real));
    listener.advance();
  }

  private static Scaling best(Map<Scaling, Double> divergences) {
    return divergences.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private Equalization.Equalized scaled(Scaling scaling) {
    Map<String, ChannelRange> ranges = new LinkedHashMap<>();
    probes.ranges().forEach((value, range) -> ranges.put(value, range.widened(scaling.headroom())));
    return scaling.strength() == 0
        ? new Equalization.Equalized(plain, ranges)
        : Equalization.of(session.file().graph(), plain, ranges, scaling.strength());
  }

  /** First layers read three colours, too few for int8 instructions; measured both ways. */
  private Set<String> slowerInInt8() throws IOException, InterruptedException, ModelLoadException {
    Set<String> slower = new TreeSet<>();
    for (String name : names()) {
      List<Integer> shape = layer(name).weights().shape();
      if (layer(name).kind() == Layer.Kind.CONVOLUTION && shape.get(2) <= FEW_CHANNELS) {
        try (LoadedModel int8 = load(Set.of());
            LoadedModel real = load(Set.of(name))) {
          List<Double> speeds =
              session
                  .runs()
                  .speeds(List.of(int8, real), batch, batchSize(), ROUNDS, session.seconds());
          if (speeds.get(1) > speeds.get(0)) {
            slower.add(name);
            listener.say("%s is faster in float32".formatted(name));
          }
        }
      }
    }
    return slower;
  }

  private int batchSize() {
    return Math.min(batch.size(), session.exact().maxBatchSize());
  }

  /**
   * The divergence with only this layer in int8. The errors of layers are independent, so that
   * their damages add up; leaving out one of many would show their chance products too.
   */
  private Map<String, Double> damages(Set<String> always)
      throws IOException, InterruptedException, ModelLoadException {
    Map<String, Double> damages = new LinkedHashMap<>();
    listener.step("measuring the damage of each layer", names().size());
    for (String name : names()) {
      if (!always.contains(name)) {
        Set<String> others = new TreeSet<>(names());
        others.remove(name);
        damages.put(name, divergence(others));
      }
      listener.advance();
    }
    return damages;
  }

  private CurvePoint measure(Set<String> real, List<float[]> exact, int rounds)
      throws IOException, InterruptedException, ModelLoadException {
    try (LoadedModel candidate = load(real)) {
      Agreement agreement =
          Agreement.of(exact, session.runs().scores(candidate, test.inputs()), test.images());
      List<Double> speeds =
          session
              .runs()
              .speeds(
                  List.of(session.exact(), candidate),
                  batch,
                  batchSize(),
                  rounds,
                  session.seconds());
      return new CurvePoint(real, agreement, speeds.get(1), speeds.get(0));
    }
  }
}
