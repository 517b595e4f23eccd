package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.ResultFile;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run: rounds of all parts in turns, then the report. */
final class Run {

  private final Plan plan;
  private final StoreOptions options;
  private final Figures figures = new Figures();
  private final Map<String, Object> setting = new LinkedHashMap<>();

  Run(Plan plan, StoreOptions options) {
    this.plan = plan;
    this.options = options;
    setting.put("begun", Instant.now().toString());
    setting.put("machine", Machine.here().toString());
  }

  /** The engine in this process, and a server process; whichever is not measured is idle. */
  void ours() throws Exception {
    try (InProcessEngine engine = plan.isInProcess() ? engine() : null) {
      setting.put("settings of engine and server", String.join(" ", options.engine.ofServe()));
      beside(engine);
    }
    report();
  }

  private void beside(InProcessEngine engine) throws Exception {
    ServerProcess server = plan.isServed() ? options.serve() : null;
    try {
      CpuShare cpu = new CpuShare(server == null ? () -> Duration.ZERO : server::cpu);
      Target target = server == null ? null : Target.of(StoreOptions.score(server));
      rounds(new Parts(plan, options.engine, engine, target, cpu));
      if (server != null) {
        setting.put("server said", said(server));
        setting.put("server resident MB", Math.round(server.residentMegabytes()));
      }
    } finally {
      if (server != null) {
        server.close();
      }
    }
  }

  /** A server that is there already. */
  void of(Target target) throws Exception {
    setting.put("server", target.url().toString());
    rounds(new Parts(plan, options.engine, null, target, new CpuShare(() -> Duration.ZERO)));
    report();
  }

  private InProcessEngine engine() throws Exception {
    return InProcessEngine.start(
        options.store(), options.model, options.engine, EnginePart.BATCH_SIZES);
  }

  private static List<String> said(ServerProcess server) {
    return server.lines().stream().map(ServerProcess.Line::text).toList();
  }

  private void rounds(Parts parts) throws Exception {
    List<Picture> pictures = options.pictures();
    Round round = new Round(figures, pictures, plan.seconds(), plan.patient());
    for (int i = 1; i <= plan.rounds(); i++) {
      for (Part part : plan.parts()) {
        System.err.printf("round %d of %d: %s%n", i, plan.rounds(), part);
        parts.measure(part, round);
      }
    }
  }

  private void report() throws Exception {
    List<Picture> pictures = options.pictures();
    setting.put("rounds", plan.rounds());
    setting.put("pictures", "JPEG quality %.1f, chroma halved".formatted(Picture.QUALITY));
    if (plan.parts().contains(Part.OPEN)) {
      setting.put("deadline sent in open loop, ms", figures.median("open.deadline_ms"));
    }
    List<Verdict> verdicts = new Ratios(figures, Runtime.getRuntime().availableProcessors()).all();
    String markdown = new Report(figures, pictures).markdown(lines(), verdicts);
    System.out.println(markdown);
    Path out = options.out();
    ResultFile.write(out, "bench.md", markdown);
    ResultFile.write(out, "bench.json", ResultFile.json(setting, verdicts, figures));
    ResultFile.write(out, "bench.svg", new LoadPlot(figures, plan.clients()).svg());
    System.err.println("written to " + out + ": bench.md, bench.json, bench.svg");
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    setting.forEach(
        (name, value) -> {
          if (value instanceof List<?> said) {
            said.forEach(line -> lines.add("server: " + line));
          } else {
            lines.add(name + ": " + value);
          }
        });
    return lines;
  }
}
