package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrecisionCheckTest {

  private static final PrecisionCheck CHECK = check("3", "7");

  private static PrecisionCheck check(String... images) {
    return new PrecisionCheck(
        List.of(images).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static FakeModel exact() {
    return new FakeModel(new ModelId("m", 1));
  }

  /** A model that returns the scores of the exact one, except for one class. */
  private record Moved(FakeModel model, int index, float by) implements LoadedModel {

    @Override
    public ModelDescription description() {
      return model.description();
    }

    @Override
    public PreparedInput prepare(byte[] body)
        throws io.lynxeye.serving.model.InvalidInputException {
      return model.prepare(body);
    }

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) {
      float[] scores = EngineRing.scores(model.run(samples).get(0));
      scores[index] += by;
      return List.of(ModelOutput.ofScores("scores", scores));
    }

    @Override
    public void warmUp(int batchSize) {}

    @Override
    public void close() {}
  }

  @Test
  void aModelWhoseScoresHardlyChangePassesTheCheck() {
    assertThat(CHECK.objection(exact(), exact())).isEmpty();
    assertThat(CHECK.objection(exact(), new Moved(exact(), 3, -0.049f))).isEmpty();
  }

  @Test
  void aScoreThatChangesTooMuchIsAnObjection() {
    assertThat(CHECK.objection(exact(), new Moved(exact(), 3, -0.051f)))
        .contains("a score of sample image 1 would change by 0.051, more than 0.05");
  }

  @Test
  void anotherBestClassIsAnObjection() {
    assertThat(CHECK.objection(exact(), new Moved(exact(), 5, 1)))
        .contains("sample image 1 would get another label");
  }

  @Test
  void aModelThatCannotBeTestedKeepsItsPrecision() {
    assertThat(check("bad").objection(exact(), exact()).orElseThrow())
        .startsWith("it does not take the sample images");
    assertThat(check("content").objection(exact(), exact()))
        .contains("its output has no scores to compare");
    Optional<String> crash = check("crash").objection(exact(), exact());
    assertThat(crash.orElseThrow()).startsWith("it cannot be run");
  }
}
