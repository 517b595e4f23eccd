package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TuningSearchTest {

  private static final EngineThreads ONE_EACH = new EngineThreads(1, 2);
  private static final List<Parallelism> CANDIDATES = Parallelism.candidates(2, FixedSettings.NONE);
  private static final List<Integer> SIZES = Parallelism.batchSizes(OptionalInt.empty(), 8);

  /** Rates by "workers x batch size"; an asterisk means one thread per worker. */
  private static TuningSearch over(Map<String, Double> rates) {
    return new TuningSearch(
        (candidate, size) ->
            rates.get(
                candidate.workers()
                    + "x"
                    + size
                    + (candidate.threads().equals(ONE_EACH) ? "*" : "")));
  }

  @Test
  void twoCoresHaveThreeCandidates() {
    assertThat(CANDIDATES)
        .containsExactly(
            new Parallelism(1, EngineThreads.ENGINE_CHOICE),
            new Parallelism(2, EngineThreads.ENGINE_CHOICE),
            new Parallelism(2, ONE_EACH));
  }

  @Test
  void manyCoresHaveOneCandidateMore() {
    assertThat(Parallelism.candidates(32, FixedSettings.NONE))
        .contains(
            new Parallelism(8, new EngineThreads(4, 8)),
            new Parallelism(32, new EngineThreads(1, 32)));
  }

  @Test
  void oneCoreHasNoThreadsPerWorker() {
    assertThat(Parallelism.candidates(1, FixedSettings.NONE))
        .extracting(Parallelism::workers)
        .containsExactly(1, 2);
  }

  @Test
  void choosesTheHighestThroughput() throws Exception {
    TuningSearch search =
        over(
            Map.of(
                "1x1", 28.6, "1x2", 29.5, "1x4", 30.6, "1x8", 34.0, "2x1", 28.0, "2x2", 28.1,
                "2x1*", 30.4, "2x2*", 34.0, "2x4*", 38.4, "2x8*", 38.1));

    assertThat(search.best(CANDIDATES, SIZES)).isEqualTo(new Tuning(2, 4, ONE_EACH));
  }

  @Test
  void aLargerBatchMustBeClearlyFaster() throws Exception {
    TuningSearch search =
        over(Map.of("1x1", 8.0, "1x2", 8.2, "2x1", 8.6, "2x2", 8.7, "2x1*", 8.5, "2x2*", 8.7));

    assertThat(search.best(CANDIDATES, SIZES))
        .isEqualTo(new Tuning(2, 1, EngineThreads.ENGINE_CHOICE));
    assertThat(search.report())
        .isEqualTo(
            "1 x 1: 8.0, 1 x 2: 8.2, 2 x 1: 8.6, 2 x 2: 8.7, 2 x 1 on 1 thread each: 8.5,"
                + " 2 x 2 on 1 thread each: 8.7 (workers x batch size: images/s)");
  }

  @Test
  void aCandidateEndsAtABatchThatIsNotFaster() throws Exception {
    TuningSearch search = over(Map.of("1x1", 10.0, "1x2", 9.0));

    assertThat(search.best(CANDIDATES.subList(0, 1), SIZES).maxBatchSize()).isEqualTo(1);
  }

  @Test
  void tiesGoToTheCandidateWithTheBestLatency() throws Exception {
    TuningSearch search =
        over(Map.of("1x1", 8.0, "1x2", 8.0, "2x1", 8.1, "2x2", 8.1, "2x1*", 8.2, "2x2*", 8.2));

    assertThat(search.best(CANDIDATES, SIZES).workers()).isEqualTo(1);
  }

  @Test
  void givenSettingsAreNotSearched() {
    FixedSettings fixed =
        new FixedSettings(OptionalInt.of(3), OptionalInt.of(5), java.util.Optional.of(ONE_EACH));

    assertThat(Parallelism.candidates(8, fixed)).containsExactly(new Parallelism(3, ONE_EACH));
    assertThat(Parallelism.batchSizes(fixed.batchSize(), 8)).containsExactly(5);
    assertThat(fixed.isComplete()).isTrue();
  }
}
