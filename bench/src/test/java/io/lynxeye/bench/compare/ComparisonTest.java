package io.lynxeye.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.Outcome;
import io.lynxeye.bench.load.Target;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final ServerLoad NO_PROCESS = ServerLoad.of(null);
  private static final ServerLoad.Cost COST = new ServerLoad.Cost(1.5, 0.25, 800);
  private static final Contender PLAIN = contender("plain");
  private static final Contender OURS = contender("ours");

  private static Contender contender(String name) {
    return new Contender(name, Target.of(URI.create("http://localhost/score")), NO_PROCESS);
  }

  /** A second in which that many images were scored, each in that time. */
  private static LoadResult second(int images, int millis) {
    List<Outcome> outcomes =
        IntStream.range(0, images)
            .mapToObj(
                i -> {
                  long done = (long) (i * 1e9 / images);
                  return new Outcome(done - millis * 1_000_000L, done, 200);
                })
            .toList();
    return new LoadResult(outcomes, 0, 1_000_000_000);
  }

  /** The machine halves its speed from round to round; the ratio within each stays 2. */
  @Test
  void ratiosAreThoseOfOneRound() {
    Comparison comparison = new Comparison(List.of(PLAIN, OURS), List.of(8));
    for (int speed : new int[] {80, 40, 20}) {
      comparison.add(PLAIN, 8, second(speed, 8000 / speed), COST);
      comparison.add(OURS, 8, second(2 * speed, 4000 / speed), COST);
    }

    assertThat(comparison.table())
        .contains(
            "| 8 | plain | 40 | 1 | 200 | 1 | 200 | 0 | 1.50 | 0.25 | 800 |",
            "| 8 | ours | 80 | 2 | 100 | 0.50 | 100 | 0 | 1.50 | 0.25 | 800 |");
  }

  @Test
  void aServerElsewhereHasNoProcess() {
    ServerLoad.Cost cost = NO_PROCESS.since(NO_PROCESS.mark());

    assertThat(cost.serverCores()).isNaN();
    assertThat(cost.residentMegabytes()).isNaN();
    assertThat(cost.clientCores()).isNotNegative();
  }

  @Test
  void thisProcessHasMemoryAndAMissingOneIsRefused() {
    ServerLoad own = ServerLoad.of(ProcessHandle.current().pid());

    assertThat(own.since(own.mark()).residentMegabytes()).isBetween(20.0, 20_000.0);
    assertThatThrownBy(() -> ServerLoad.of(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no process");
  }
}
