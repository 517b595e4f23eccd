package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.setup.TestImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A run as Markdown: the settings, the ratios, then the figures behind them. */
final class Report {

  private final Figures figures;
  private final List<TestImage> images;

  Report(Figures figures, List<TestImage> images) {
    this.figures = figures;
    this.images = images;
  }

  String markdown(List<String> setting, List<Verdict> verdicts) {
    StringBuilder text = new StringBuilder();
    setting.forEach(line -> text.append("- ").append(line).append('\n'));
    section(text, "Ratios (median of the rounds)", Verdict.table(verdicts));
    section(text, "Engine alone", engine());
    section(text, "Decode to model input, one thread", decode());
    section(text, "Closed loop, images of 400x600", closed("closed.", "clients"));
    section(text, "Closed loop, 32 clients, by image size", closed("picture.", "image"));
    section(text, "Open loop, images of 400x600", open());
    section(text, "More than the server can score", overload());
    section(text, "Retry-After in the lasting overload", retries());
    return text.toString();
  }

  private static void section(StringBuilder text, String title, Table table) {
    if (!table.isEmpty()) {
      text.append("\n### ").append(title).append("\n\n").append(table);
    }
  }

  private Table engine() {
    Table table = new Table("batch", "callers", "images/s");
    for (String name : names("engine.b", ".images_per_s")) {
      if (!name.equals("est")) { // engine.best
        int dot = name.indexOf(".c"); // As in engine.b8.c2.images_per_s.
        String callers = name.substring(dot + 2);
        table.row(
            name.substring(0, dot), callers, figures.median("engine.b" + name + ".images_per_s"));
      }
    }
    if (figures.rounds("engine.as_served.images_per_s").length > 0) {
      table.row("as served", "as served", figures.median("engine.as_served.images_per_s"));
    }
    return table;
  }

  private Table decode() {
    Table table = new Table("image", "size", "JPEG bytes", "Lynxeye ms", "JDK ms");
    for (TestImage image : images) {
      String name = "decode." + image.name();
      if (figures.rounds(name + ".ms").length > 0) {
        table.row(
            image.name(),
            image.size(),
            image.jpeg().length,
            figures.median(name + ".ms"),
            figures.median(name + ".jdk_ms"));
      }
    }
    return table;
  }

  private Table closed(String prefix, String what) {
    Table table =
        new Table(
            what,
            "images/s",
            "p50 ms",
            "p99 ms",
            "max ms",
            "not scored",
            "client CPU %",
            "server CPU %");
    for (String name : names(prefix, ".images_per_s")) {
      String full = prefix + name;
      table.row(
          name,
          figures.median(full + ".images_per_s"),
          figures.median(full + ".p50_ms"),
          figures.median(full + ".p99_ms"),
          figures.median(full + ".max_ms"),
          sum(full + ".not_scored"),
          figures.median(full + ".client_cpu_percent"),
          figures.median(full + ".server_cpu_percent"));
    }
    return table;
  }

  private Table open() {
    Table table =
        new Table(
            "load %",
            "offered/s",
            "goodput/s",
            "p50 ms",
            "p99 ms",
            "max ms",
            "refusals p50 ms",
            "p99 ms",
            "responses by status",
            "recovery s");
    for (String name : names("open.", ".offered_per_s")) {
      String full = "open." + name;
      table.row(
          name,
          figures.median(full + ".offered_per_s"),
          figures.median(full + ".goodput_per_s"),
          figures.median(full + ".accepted_p50_ms"),
          figures.median(full + ".accepted_p99_ms"),
          figures.median(full + ".accepted_max_ms"),
          figures.median(full + ".refused_p50_ms"),
          figures.median(full + ".refused_p99_ms"),
          statuses(full + ".status_"),
          figures.median(full + ".recovery_s"));
    }
    return table;
  }

  private Table overload() {
    Table table =
        new Table(
            "load",
            "answered",
            "refused",
            "failed",
            "p50 ms",
            "max ms",
            "Retry-After p50 ms",
            "max ms");
    for (String name : List.of("burst", "lasting", "flood")) {
      if (figures.rounds(name + ".answered").length > 0) {
        table.row(
            name,
            sum(name + ".answered"),
            sum(name + ".refused"),
            sum(name + ".failed"),
            figures.median(name + ".accepted_p50_ms"),
            figures.median(name + ".accepted_max_ms"),
            figures.median(name + ".retry_after_p50_ms"),
            figures.median(name + ".retry_after_max_ms"));
      }
    }
    return table;
  }

  private Table retries() {
    Table table = new Table("followed", "promised s", "scored after s", "attempts");
    if (figures.rounds("retry.followed").length > 0) {
      table.row(
          sum("retry.followed"),
          figures.median("retry.promised_s"),
          figures.median("retry.waited_s"),
          figures.median("retry.attempts"));
    }
    return table;
  }

  /** Counts of all rounds together. */
  private String statuses(String prefix) {
    return names(prefix, "").stream()
        .map(status -> (status.equals("0") ? "none" : status) + ": " + sum(prefix + status))
        .collect(Collectors.joining(", "));
  }

  private long sum(String name) {
    return Math.round(Arrays.stream(figures.rounds(name)).sum());
  }

  /** The parts of the figures' names between prefix and suffix. */
  private List<String> names(String prefix, String suffix) {
    return figures.all().keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith(suffix))
        .map(name -> name.substring(prefix.length(), name.length() - suffix.length()))
        .toList();
  }
}
