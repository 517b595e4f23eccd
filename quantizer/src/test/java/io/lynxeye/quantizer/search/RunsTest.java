package io.lynxeye.quantizer.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.quantizer.StubModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.PreparedInput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunsTest {

  private static ModelOutput scores() {
    return ModelOutput.ofScores("scores", new float[] {1});
  }

  private static List<PreparedInput> inputs(StubModel model, int count) {
    List<PreparedInput> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(model.prepare(new byte[] {(byte) i}));
    }
    return inputs;
  }

  @Test
  void scoresThatAreNotNumbersAreEmptyForTheirWholeCall() throws Exception {
    StubModel model =
        new StubModel(
            Takes.BOTH,
            input -> {
              if (input.image()[0] == 9) {
                throw new NotNumbersException("the model's scores are not numbers");
              }
              return scores();
            });
    try (Runs runs = new Runs(2)) {
      List<float[]> scores = runs.scores(model, inputs(model, 17));

      assertThat(scores).hasSize(17);
      assertThat(scores.subList(0, 8)).allMatch(row -> row.length == 1);
      assertThat(scores.subList(8, 16)).allMatch(row -> row.length == 0); // With the ninth.
      assertThat(scores.get(16)).hasSize(1);
    }
  }

  @Test
  void anInterruptedCallerWaitsForCallsThatHaveBegun() {
    AtomicInteger ended = new AtomicInteger();
    Thread caller = Thread.currentThread();
    StubModel model =
        new StubModel(
            Takes.BOTH,
            input -> {
              if (input.image()[0] == 0) {
                caller.interrupt();
                while (caller.isInterrupted() || !isWaiting(caller)) { // Native code goes on.
                  Thread.onSpinWait();
                }
              }
              ended.incrementAndGet();
              return scores();
            });
    Runs runs = new Runs(1);

    assertThatThrownBy(() -> runs.scores(model, inputs(model, 8)))
        .isInstanceOf(InterruptedException.class);
    assertThat(ended).hasValue(8); // The one call of 8 inputs.
  }

  /** Whether it waits with a time limit, as for the end of a pool, and not for a result. */
  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }
}
