package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Plot;
import io.lynxeye.bench.part.OpenPart;
import java.util.List;

/** Charts of the server's throughput and latency, by offered load and by number of clients. */
final class LoadPlot {

  private final Figures figures;
  private final List<Integer> clients;

  LoadPlot(Figures figures, List<Integer> clients) {
    this.figures = figures;
    this.clients = clients;
  }

  String svg() {
    double[] offered = open("offered_per_s");
    double[] counts = clients.stream().mapToDouble(Integer::doubleValue).toArray();
    return new Plot()
        .chart(
            "Throughput by offered load", "images offered per second", "images scored per second")
        .line("scored", offered, open("goodput_per_s"))
        .chart("Latency by offered load", "images offered per second", "ms from intended sending")
        .line("p50", offered, open("accepted_p50_ms"))
        .line("p99", offered, open("accepted_p99_ms"))
        .chart("Throughput by clients", "clients, closed loop", "images scored per second")
        .line("scored", counts, closed("images_per_s"))
        .chart("Latency by clients", "clients, closed loop", "ms")
        .line("p50", counts, closed("p50_ms"))
        .line("p99", counts, closed("p99_ms"))
        .svg();
  }

  private double[] open(String what) {
    return medians(OpenPart.PERCENTS, "open.", what);
  }

  private double[] closed(String what) {
    return medians(clients, "closed.", what);
  }

  private double[] medians(List<Integer> loads, String prefix, String what) {
    return loads.stream().mapToDouble(n -> figures.median(prefix + n + "." + what)).toArray();
  }
}
