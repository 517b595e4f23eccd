package io.lynxeye.bench.simulation;

import io.lynxeye.bench.figures.Table;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lynxeye bench simulate}: how often the rules of a rollout and of drift are wrong. */
@Command(
    name = "simulate",
    description = {
      "Simulates candidates and drift, and prints how often their rules are wrong and how many",
      "images they take. Needs no model. The runs are the same each time."
    },
    mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {

  private static final double MIN_AGREEMENT = 0.95;
  private static final double MAX_ERROR_RATE = 0.01;
  private static final double MAX_LATENCY_RATIO = 1.5;
  private static final int MIN_IMAGES = 500;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Runs of each case, half of them of drift. Default: ${DEFAULT-VALUE}.",
      defaultValue = "2000")
  private int runs;

  private final PrintStream out = System.out;

  @Override
  public Integer call() {
    out.println(stops());
    out.println(passes());
    out.println(drift());
    return 0;
  }

  private Table stops() {
    Table table = new Table("stopped", "runs", "share", "images: median", "95 %");
    for (double agreement :
        new double[] {0.95, 0.96, 0.99, 0.94, 0.93, 0.9, 0.7, 0.5, 0.3, 0.001}) {
      add(
          table,
          "agreement %s, limit %s".formatted(agreement, MIN_AGREEMENT),
          Trial.agreementStops(runs, agreement, MIN_AGREEMENT));
    }
    for (double rate : new double[] {0.01, 0.02, 0.05}) {
      add(
          table,
          "errors %s, limit %s".formatted(rate, MAX_ERROR_RATE),
          Trial.errorsStop(runs, rate, MAX_ERROR_RATE));
    }
    for (double noise : new double[] {0.1, 0.3, 1}) {
      for (double ratio : new double[] {1.5, 2}) {
        add(
            table,
            "latency ratio %s with noise %s, limit %s".formatted(ratio, noise, MAX_LATENCY_RATIO),
            Trial.latencyStops(runs, ratio, noise, MAX_LATENCY_RATIO));
      }
    }
    return table;
  }

  private Table passes() {
    Table table = new Table("passed", "runs", "share", "images: median", "95 %");
    for (double agreement : new double[] {0.95, 0.96, 0.97, 0.98, 0.99, 0.995}) {
      add(
          table,
          "agreement %s, limit %s".formatted(agreement, MIN_AGREEMENT),
          Trial.agreementPasses(runs, agreement, MIN_AGREEMENT, MIN_IMAGES));
    }
    return table;
  }

  private Table drift() {
    Table table = new Table("alarm", "runs", "share", "images: median", "95 %");
    int fewer = Math.max(runs / 2, 1); // They take longer.
    add(table, "10,000 ordinary images", Traffic.ordinary(fewer, 1));
    add(table, "the same, in series of 5 of one class", Traffic.ordinary(fewer, 5));
    for (Traffic.Change change : Traffic.Change.values()) {
      add(table, change.toString(), Traffic.changed(fewer, change));
    }
    return table;
  }

  private static void add(Table table, String name, Runs result) {
    table.row(
        name,
        String.format(Locale.ROOT, "%,d", result.count()),
        String.format(Locale.ROOT, "%.4f", result.share()),
        result.within(50),
        result.within(95));
  }
}
