package io.lynxeye.cli.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreOutputTest {

  private static final ScoreResult RESULT =
      new ScoreResult(
          new ModelDescription(
              new ModelId("resnet50", 2),
              "Fake 1.0",
              "cpu",
              "fp32",
              "in",
              "out",
              FakeModel.SIGNATURE,
              List.of("cat", "lynx \"big\""),
              5),
          List.of(new Prediction(1, "lynx \"big\"", 0.75f), new Prediction(0, "cat", 0.25f)),
          ModelOutput.ofScores("probabilities", new float[] {0.25f, 0.75f}),
          new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1));

  @Test
  void theDefaultIsATable() {
    assertThat(ScoreOutput.TABLE.text("100%.jpg", RESULT).lines())
        .containsExactly(
            "100%.jpg  (resnet50/2)", "  0.7500     1  lynx \"big\"", "  0.2500     0  cat");
  }

  @Test
  void jsonIsOneObjectPerLine() {
    assertThat(ScoreOutput.JSON.text("a \"b\".jpg", RESULT))
        .isEqualTo(
            "{\"file\":\"a \\\"b\\\".jpg\",\"model\":\"resnet50\",\"version\":\"2\","
                + "\"predictions\":[{\"index\":1,\"label\":\"lynx \\\"big\\\"\","
                + "\"probability\":0.75},{\"index\":0,\"label\":\"cat\",\"probability\":0.25}]}");
  }

  @Test
  void probabilitiesAreOneRowPerImageAndOneNumberPerClass() {
    assertThat(ScoreOutput.PROBABILITIES.text("a.jpg", RESULT)).isEqualTo("[[0.25,0.75]]");
  }
}
