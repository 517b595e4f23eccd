package io.lynxeye.bench.store;

import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.ServerProcess.Line;
import io.lynxeye.bench.store.SteadyLoad.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Under a constant load: version 2 is dropped in, then a corrupt version 3, then version 2 is
 * removed, then an archive of version 4 is dropped in. Prints what answered after each step, how
 * many requests failed, and the latencies while models were loaded beside those in quiet.
 *
 * <p>Arguments: a version folder such as {@code model-store/resnet50/1}, a picture, requests per
 * second, and seconds to stay in each state.
 */
public final class StoreDrill {

  private static final String MODEL = "resnet50";

  private final Path version;
  private final byte[] picture;
  private final double rate;
  private final int seconds;
  private final List<Step> steps = new ArrayList<>();

  /** A step: from when it was done until the next one. */
  private record Step(String what, long nanos, long effectNanos, String wanted) {}

  private StoreDrill(String[] args) throws IOException {
    this.version = Path.of(args[0]);
    this.picture = Files.readAllBytes(Path.of(args[1]));
    this.rate = Double.parseDouble(args[2]);
    this.seconds = Integer.parseInt(args[3]);
  }

  /** Prints tables to standard output. */
  public static void main(String[] args) throws Exception {
    new StoreDrill(args).run();
  }

  private void run() throws Exception {
    Path store = Files.createTempDirectory(Path.of("bench", "target"), "drill-store-");
    Drop drop = new Drop(store.resolve(MODEL));
    drop.folder(version, 1);
    try (ServerProcess server = ServerProcess.start(store)) {
      SteadyLoad load = new SteadyLoad(server.address().resolve("/score"), picture, rate);
      change(drop, server);
      report(load.finish(), server.lines());
    }
  }

  private void change(Drop drop, ServerProcess server) throws Exception {
    stay("version 1 alone", System.nanoTime(), System.nanoTime(), "1");
    long begun = System.nanoTime();
    drop.folder(version, 2);
    stay("version 2 dropped in", begun, said(server, begun, "resnet50/1 is unloaded"), "2");
    begun = System.nanoTime();
    drop.corrupt(version, 3);
    stay("corrupt version 3", begun, said(server, begun, "resnet50/3 cannot be served"), "2");
    begun = System.nanoTime();
    drop.remove(2);
    stay("version 2 removed", begun, said(server, begun, "resnet50/2 is unloaded"), "1");
    begun = System.nanoTime();
    drop.archive(version, 4);
    stay("archive of version 4", begun, said(server, begun, "resnet50/1 is unloaded"), "4");
  }

  private static long said(ServerProcess server, long after, String text)
      throws InterruptedException {
    return server.await(after, line -> line.contains(text)).nanos();
  }

  private void stay(String what, long begun, long effect, String wanted)
      throws InterruptedException {
    steps.add(new Step(what, begun, effect, wanted));
    TimeUnit.SECONDS.sleep(seconds);
  }

  private void report(List<Answer> answers, List<Line> lines) {
    System.out.println(
        "| at s | step | in effect after s | requests | failed | answers by version | answers by"
            + " another version once in effect |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int i = 0; i < steps.size(); i++) {
      long begin = steps.get(i).nanos;
      boolean isLast = i + 1 == steps.size();
      long end = isLast ? System.nanoTime() : steps.get(i + 1).nanos;
      report(
          steps.get(i),
          answers.stream()
              .filter(a -> a.dueNanos() - begin >= 0 && a.dueNanos() - end < 0)
              .toList());
    }
    latencies(answers, lines);
  }

  private void report(Step step, List<Answer> answers) {
    System.out.printf(
        "| %.1f | %s | %.1f | %d | %d | %s | %d |%n",
        (step.nanos - steps.get(0).nanos) / 1e9,
        step.what,
        (step.effectNanos - step.nanos) / 1e9,
        answers.size(),
        answers.stream().filter(answer -> !answer.isGood()).count(),
        answers.stream()
            .collect(Collectors.groupingBy(Answer::version, TreeMap::new, Collectors.counting())),
        answers.stream()
            .filter(answer -> answer.dueNanos() - step.effectNanos >= 0)
            .filter(answer -> !answer.version().equals(step.wanted))
            .count());
  }

  private void latencies(List<Answer> answers, List<Line> lines) {
    List<long[]> loads = loads(lines);
    List<Double> quiet = new ArrayList<>();
    List<Double> loading = new ArrayList<>();
    for (Answer answer : answers) {
      boolean inLoad =
          loads.stream().anyMatch(l -> answer.nanos() - l[0] >= 0 && answer.dueNanos() - l[1] <= 0);
      (inLoad ? loading : quiet).add(answer.millis());
    }
    System.out.printf("%n%.0f requests/s | requests | p50 ms | p99 ms | max ms%n", rate);
    System.out.println("in quiet | " + summary(quiet));
    System.out.println("while a model is loaded | " + summary(loading));
  }

  /** How many, median, 99th percentile, longest. */
  private static String summary(List<Double> millis) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0
        ? "0"
        : "%d | %.0f | %.0f | %.0f"
            .formatted(
                sorted.length,
                sorted[sorted.length / 2],
                sorted[(int) (sorted.length * 0.99)],
                sorted[sorted.length - 1]);
  }

  /** From "loading" to what it came to. */
  private static List<long[]> loads(List<Line> lines) {
    List<long[]> loads = new ArrayList<>();
    long begun = 0;
    for (Line line : lines) {
      if (line.text().startsWith("loading ") && line.text().endsWith("...")) {
        begun = line.nanos();
      } else if (line.text().contains("is available") || line.text().contains("cannot be served")) {
        loads.add(new long[] {begun, line.nanos()});
      }
    }
    return loads;
  }
}
