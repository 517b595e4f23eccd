package io.lynxeye.bench.compare;

import io.lynxeye.bench.figures.Latencies;
import io.lynxeye.bench.figures.Plot;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The results of all rounds; every figure is a median, every ratio one of the same round. */
final class Comparison {

  /** One measurement. */
  private record Measured(
      Contender contender,
      int clients,
      double perSecond,
      double p50,
      double p99,
      long notScored,
      ServerLoad.Cost cost) {}

  private final List<Contender> contenders;
  private final List<Integer> clients;
  private final List<Measured> all = new ArrayList<>();

  Comparison(List<Contender> contenders, List<Integer> clients) {
    this.contenders = contenders;
    this.clients = clients;
  }

  /** Adds a measurement; the contenders' rounds come in turns. */
  void add(Contender contender, int count, LoadResult result, ServerLoad.Cost cost) {
    Latencies accepted = result.accepted();
    all.add(
        new Measured(
            contender,
            count,
            result.goodPerSecond(),
            accepted.percentile(50),
            accepted.percentile(99),
            result.outcomes().stream().filter(outcome -> !outcome.isGood()).count(),
            cost));
  }

  /** A row for each number of clients and server. */
  String table() {
    String first = contenders.get(0).name();
    Table table =
        new Table(
            "clients",
            "server",
            "images/s",
            "x " + first,
            "p50 ms",
            "x " + first,
            "p99 ms",
            "not scored",
            "server cores",
            "client cores",
            "MB");
    for (int count : clients) {
      List<Measured> base = of(contenders.get(0), count);
      for (Contender contender : contenders) {
        List<Measured> rounds = of(contender, count);
        table.row(
            count,
            contender.name(),
            median(rounds, Measured::perSecond),
            ratio(rounds, base, Measured::perSecond),
            median(rounds, Measured::p50),
            ratio(rounds, base, Measured::p50),
            median(rounds, Measured::p99),
            rounds.stream().mapToLong(Measured::notScored).sum(),
            median(rounds, measured -> measured.cost().serverCores()),
            median(rounds, measured -> measured.cost().clientCores()),
            median(rounds, measured -> measured.cost().residentMegabytes()));
      }
    }
    return table.toString();
  }

  private List<Measured> of(Contender contender, int count) {
    return all.stream()
        .filter(measured -> measured.contender().equals(contender) && measured.clients() == count)
        .toList();
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
    return Statistics.median(rounds.stream().mapToDouble(figure).toArray());
  }

  private static double ratio(
      List<Measured> rounds, List<Measured> base, ToDoubleFunction<Measured> figure) {
    double[] ratios = new double[rounds.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(base.get(i));
    }
    return Statistics.median(ratios);
  }

  /** Draws throughput and latency over the number of clients. */
  void draw(Plot plot) {
    draw(plot.chart("Throughput", "clients", "images/s").logarithmic(), Measured::perSecond);
    draw(plot.chart("Median latency", "clients", "ms").logarithmic(), Measured::p50);
  }

  private void draw(Plot plot, ToDoubleFunction<Measured> figure) {
    double[] x = clients.stream().mapToDouble(Integer::doubleValue).toArray();
    for (Contender contender : contenders) {
      plot.line(
          contender.name(),
          x,
          clients.stream().mapToDouble(count -> median(of(contender, count), figure)).toArray());
    }
  }
}
