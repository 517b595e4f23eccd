package io.lynxeye.bench;

import io.lynxeye.bench.figures.ResultFile;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.ArrivalSchedule;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.OpenLoop;
import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Target;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A long constant load, and the server's resident memory meanwhile. */
final class Soak {

  private static final int CAPACITY_SECONDS = 15;
  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(10);

  private final ServerProcess server;
  private final Target target;
  private final StoreOptions options;
  private final Buffer body;

  Soak(ServerProcess server, Target target, StoreOptions options) throws IOException {
    this.server = server;
    this.target = target;
    this.options = options;
    this.body = Picture.named(options.pictures(), Picture.LYNX).body();
  }

  /** Images per second at 32 clients. */
  double capacity() throws InterruptedException {
    try (LoadClient client = LoadClient.of(target)) {
      Duration half = Duration.ofSeconds(CAPACITY_SECONDS).dividedBy(2);
      return ClosedLoop.run(client, body, HttpParts.CLIENTS, half, half.multipliedBy(2))
          .goodPerSecond();
    }
  }

  void run(double rate, double minutes, double settleMinutes) throws Exception {
    System.err.printf("%.1f pictures/s for %.1f minutes%n", rate, minutes);
    ArrivalSchedule schedule = new ArrivalSchedule(rate, HttpParts.seconds(minutes * 60));
    LoadResult result;
    MemoryLog memory = MemoryLog.start(SAMPLE_EVERY, server::residentMegabytes);
    try (memory;
        LoadClient client = LoadClient.of(target)) {
      result = OpenLoop.send(client, body, schedule, Duration.ZERO).join();
    }
    report(rate, result, memory, settleMinutes);
  }

  private void report(double rate, LoadResult result, MemoryLog memory, double settleMinutes)
      throws IOException {
    double slope = memory.slopePerMinute(settleMinutes * 60);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("machine", Machine.here().toString());
    facts.put("heap", Optional.ofNullable(System.getenv("LYNXEYE_HEAP")).orElse("512m"));
    facts.put("server options", String.join(" ", options.engine.ofServe()));
    facts.put("pictures offered per second", rate);
    facts.put("pictures scored per second", result.goodPerSecond());
    facts.put("answers by status", result.byStatus().toString());
    facts.put("p50 ms", result.accepted().percentile(50));
    facts.put("p99 ms", result.accepted().percentile(99));
    facts.put("max ms", result.accepted().max());
    facts.put("resident MB at the end", memory.last());
    facts.put("resident MB at most (<= 1600)", memory.max());
    facts.put("slope MB/min after the first minutes (<= 1)", Double.isNaN(slope) ? "-" : slope);
    facts.put("not scored (0)", result.outcomes().stream().filter(o -> !o.isGood()).count());
    Table table = new Table("soak", "");
    facts.forEach(
        (name, value) ->
            table.row(name, value instanceof Double number ? Verdict.number(number) : value));
    System.out.println(table);
    ResultFile.write(options.out(), "soak.json", ResultFile.json(finite(facts)));
    ResultFile.write(options.out(), "soak.csv", memory.csv());
    System.err.println("written to " + options.out() + ": soak.json, soak.csv");
  }

  /** JSON has no NaN. */
  private static Map<String, Object> finite(Map<String, Object> facts) {
    Map<String, Object> finite = new LinkedHashMap<>(facts);
    finite.replaceAll(
        (name, value) -> value instanceof Double number && number.isNaN() ? "-" : value);
    return finite;
  }
}
