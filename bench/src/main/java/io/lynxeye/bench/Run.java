package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.ResultFile;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.part.EnginePart;
import io.lynxeye.bench.part.Part;
import io.lynxeye.bench.part.Parts;
import io.lynxeye.bench.part.Round;
import io.lynxeye.bench.setup.CpuShare;
import io.lynxeye.bench.setup.InProcessEngine;
import io.lynxeye.bench.setup.Machine;
import io.lynxeye.bench.setup.ServerProcess;
import io.lynxeye.bench.setup.StoreOptions;
import io.lynxeye.bench.setup.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run: rounds of all parts in turn, then the report. */
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

  /** Measures the engine in this process and a server process; the other one is idle meanwhile. */
  void measureOwnServer() throws Exception {
    try (InProcessEngine engine = plan.isInProcess() ? engine() : null) {
      setting.put("settings of engine and server", String.join(" ", options.engine.ofServe()));
      measureWith(engine);
    }
    report();
  }

  private void measureWith(InProcessEngine engine) throws Exception {
    try (ServerProcess server = plan.isServed() ? options.serve() : null) {
      CpuShare cpu = new CpuShare(server == null ? () -> Duration.ZERO : server::cpu);
      measureParts(engine, server == null ? null : Target.of(StoreOptions.score(server)), cpu);
      if (server != null) {
        setting.put("server log", server.lines());
        setting.put("server resident MB", Math.round(server.residentMegabytes()));
      }
    }
  }

  /** Measures a server that already runs. */
  void measure(Target target) throws Exception {
    setting.put("server", target.url().toString());
    measureParts(null, target, new CpuShare(() -> Duration.ZERO));
    report();
  }

  private InProcessEngine engine() throws Exception {
    return InProcessEngine.start(
        options.store(), options.model, options.engine, EnginePart.BATCH_SIZES);
  }

  private void measureParts(InProcessEngine engine, Target target, CpuShare cpu) throws Exception {
    Parts parts =
        new Parts(options.engine, engine, target, cpu, plan.clients(), plan.deadlineMillis());
    Round round = new Round(figures, options.images(), plan.seconds(), plan.patient());
    for (int i = 1; i <= plan.rounds(); i++) {
      for (Part part : plan.parts()) {
        System.err.printf("round %d of %d: %s%n", i, plan.rounds(), part);
        parts.measure(part, round);
      }
    }
  }

  private void report() throws Exception {
    List<TestImage> images = options.images();
    setting.put("rounds", plan.rounds());
    setting.put("images", "JPEG quality %.1f, chroma halved".formatted(TestImage.QUALITY));
    if (plan.parts().contains(Part.OPEN)) {
      setting.put("deadline sent in open loop, ms", figures.median("open.deadline_ms"));
    }
    List<Verdict> verdicts = new Ratios(figures, Runtime.getRuntime().availableProcessors()).all();
    String markdown = new Report(figures, images).markdown(lines(), verdicts);
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
          if (value instanceof List<?> log) {
            log.forEach(line -> lines.add("server: " + line));
          } else {
            lines.add(name + ": " + value);
          }
        });
    return lines;
  }
}
