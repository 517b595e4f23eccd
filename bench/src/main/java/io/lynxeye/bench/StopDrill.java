package io.lynxeye.bench;

import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.load.ArrivalSchedule;
import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Shooter;
import io.lynxeye.bench.load.Shot;
import io.lynxeye.bench.load.Shot.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A load in bursts, a SIGTERM just after one, while most of it is on its way, and what became of
 * each request: half of them over connections that are kept, half over new ones.
 */
final class StopDrill {

  /** The load goes on so long after the signal, as that of a client that was not told. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(3);

  private static final int BURST = 8;
  private static final int INTO_BURST_MILLIS = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerProcess server;
  private final byte[] picture;
  private final double perSecond;
  private final AtomicLong stopNanos = new AtomicLong();
  private final AtomicLong exitNanos = new AtomicLong();

  StopDrill(ServerProcess server, byte[] picture, double perSecond) {
    this.server = server;
    this.picture = picture;
    this.perSecond = perSecond;
  }

  /**
   * Stops the server after so long, and prints what became of the requests.
   *
   * @return whether none was lost and the server ended well
   */
  boolean run(Duration before) throws Exception {
    Duration length = before.plus(AFTERWARDS).plus(HttpParts.seconds(2 * BURST / perSecond));
    ArrivalSchedule schedule = new ArrivalSchedule(perSecond, length);
    CompletableFuture<Integer> exit =
        server
            .ended()
            .thenApply(
                code -> {
                  exitNanos.set(System.nanoTime());
                  return code;
                });
    List<Shot> shots;
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Shooter shooter = new Shooter(StoreOptions.score(server), picture)) {
      shots = load(schedule, before, shooter, threads);
    } finally {
      threads.shutdown();
    }
    return report(shots, exit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  private List<Shot> load(
      ArrivalSchedule schedule, Duration before, Shooter shooter, ExecutorService threads)
      throws InterruptedException {
    System.err.printf("%.1f pictures/s, SIGTERM after %d s%n", perSecond, before.toSeconds());
    long start = System.nanoTime();
    List<CompletableFuture<Shot>> shots = new ArrayList<>();
    for (int i = 0; i < schedule.count(); i++) {
      long offset = schedule.offsetNanos(i - i % BURST);
      TimeUnit.NANOSECONDS.sleep(start + offset - System.nanoTime());
      boolean keeps = i % 2 == 0;
      shots.add(CompletableFuture.supplyAsync(() -> shooter.shoot(keeps), threads));
      boolean endsBurst = i % BURST == BURST - 1;
      if (stopNanos.get() == 0 && endsBurst && offset >= before.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(INTO_BURST_MILLIS);
        stop();
      }
    }
    return shots.stream().map(CompletableFuture::join).toList();
  }

  private void stop() {
    stopNanos.set(System.nanoTime());
    server.terminate();
  }

  private boolean report(List<Shot> shots, int exitCode) {
    long stop = stopNanos.get();
    long lost = count(shots, shot -> shot.isLost(stop));
    long underWay =
        count(shots, shot -> shot.sentNanos() - stop < 0 && shot.doneNanos() - stop >= 0);
    Table table = new Table("stop", "");
    table.row("machine", Machine.here());
    table.row("pictures offered per second", perSecond);
    table.row("sent before SIGTERM", count(shots, shot -> shot.sentNanos() - stop < 0));
    table.row("of them on their way at SIGTERM", underWay);
    table.row("answers by status", byStatus(shots));
    table.row("connections refused", count(shots, shot -> shot.end() == End.REFUSED));
    table.row("closed unread, sent after SIGTERM", count(shots, shot -> isUnread(shot, stop)));
    table.row("lost (0)", lost);
    table.row("exit code (0)", exitCode);
    table.row("ms from SIGTERM to the end", (exitNanos.get() - stop) / 1e6);
    System.out.println(table);
    boolean isWell =
        lost == 0 && exitCode == 0 && byStatus(shots).keySet().stream().allMatch(this::isClean);
    System.out.println(isWell ? "nothing lost" : "NOT a clean stop");
    return isWell;
  }

  private boolean isClean(int status) {
    return status == 200 || status == 503;
  }

  private static boolean isUnread(Shot shot, long stop) {
    return shot.end() == End.CLOSED_UNANSWERED && !shot.isLost(stop);
  }

  private static long count(List<Shot> shots, Predicate<Shot> which) {
    return shots.stream().filter(which).count();
  }

  private static Map<Integer, Long> byStatus(List<Shot> shots) {
    Map<Integer, Long> byStatus = new TreeMap<>();
    shots.stream()
        .filter(shot -> shot.end() == End.ANSWERED)
        .forEach(shot -> byStatus.merge(shot.status(), 1L, Long::sum));
    return byStatus;
  }
}
