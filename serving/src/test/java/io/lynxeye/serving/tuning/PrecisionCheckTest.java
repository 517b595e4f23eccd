package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.tuning.PrecisionCheck.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
      float[] scores =
          ((ModelOutput.Tensors) model.run(samples).get(0)).scores().orElseThrow().values().clone();
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
    assertThat(CHECK.compare(exact(), exact())).isEqualTo(new Verdict(Optional.empty(), 0));
    assertThat(CHECK.compare(exact(), new Moved(exact(), 3, -0.049f)).change())
        .isEqualTo(0.049f, within(1e-6f));
  }

  @Test
  void aScoreThatChangesTooMuchIsAnObjection() {
    assertThat(CHECK.compare(exact(), new Moved(exact(), 3, -0.051f)).objection())
        .contains("a score of sample image 1 would change by 0.051, more than 0.05");
  }

  @Test
  void anotherBestClassIsAnObjection() {
    assertThat(CHECK.compare(exact(), new Moved(exact(), 5, 1)).objection())
        .contains("sample image 1 would get another label");
  }

  @Test
  void aModelThatCannotBeTestedKeepsItsPrecision() {
    assertThat(check("bad").compare(exact(), exact()).objection().orElseThrow())
        .startsWith("it does not take the sample images");
    assertThat(check("content").compare(exact(), exact()).objection())
        .contains("its output has no scores to compare");
    Optional<String> crash = check("crash").compare(exact(), exact()).objection();
    assertThat(crash.orElseThrow()).startsWith("it cannot be run");
  }

  @Test
  void aVerdictIsReadBackAndADamagedOneIsNot() {
    Verdict accepted = new Verdict(Optional.empty(), 0.0125f);
    Verdict rejected = Verdict.rejected("sample image 1 would get another label");

    assertThat(Verdict.parse(accepted.facts())).contains(accepted);
    assertThat(Verdict.parse(rejected.facts())).contains(rejected);
    assertThat(Verdict.parse(Map.of("change", "little"))).isEmpty();
    assertThat(Verdict.parse(Map.of())).isEmpty();
    assertThat(accepted.text())
        .isEqualTo("no score of the sample images changes by more than 0.0125");
  }
}
