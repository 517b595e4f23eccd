package io.lynxeye.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreJsonTest {

  private static final ModelDescription MODEL =
      new ModelDescription(
          new ModelId("resnet50", 3), "", "", "", "", "", FakeModel.SIGNATURE, List.of(), 5);
  private static final ScoreResult.Timing NO_TIME =
      new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);

  private static ScoreResult result(float[] scores, Prediction... predictions) {
    return new ScoreResult(
        MODEL, List.of(predictions), ModelOutput.ofScores("scores", scores), NO_TIME);
  }

  private static ScoreResult labelled(String label) {
    return result(new float[0], new Prediction(0, label, 0.5f));
  }

  @Test
  void theFormOfAzure() {
    ScoreResult result =
        result(new float[0], new Prediction(287, "lynx", 0.91f), new Prediction(7, "cock", 1e-9f));

    assertThat(ScoreJson.azure(result))
        .hasToString(
            "{\"model\":\"resnet50\",\"version\":\"3\",\"predictions\":["
                + "{\"index\":287,\"label\":\"lynx\",\"probability\":0.91},"
                + "{\"index\":7,\"label\":\"cock\",\"probability\":1.0E-9}]}");
  }

  @Test
  void theFormOfDjlServing() {
    ScoreResult result =
        result(new float[0], new Prediction(287, "lynx", 0.91f), new Prediction(7, "cock", 0f));

    assertThat(ScoreJson.djl(result))
        .hasToString(
            "[{\"className\":\"lynx\",\"probability\":0.91},"
                + "{\"className\":\"cock\",\"probability\":0.0}]");
  }

  @Test
  void noPredictionsAreAnEmptyList() {
    assertThat(ScoreJson.djl(result(new float[0]))).hasToString("[]");
    assertThat(ScoreJson.azure(result(new float[0])))
        .hasToString("{\"model\":\"resnet50\",\"version\":\"3\",\"predictions\":[]}");
    assertThat(ScoreJson.probabilities(result(new float[0]))).hasToString("[[]]");
  }

  /** Written as Vert.x's general JSON encoder does. */
  @Test
  void everyNumberIsWrittenAsTheGeneralEncoderDoes() {
    SplittableRandom random = new SplittableRandom(7);
    float[] scores = new float[20_000];
    JsonArray row = new JsonArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Float.intBitsToFloat(random.nextInt()); // NaN and the infinities among them.
      row.add(scores[i]);
    }
    scores[0] = Float.NaN;
    row.set(0, Float.NaN);

    assertThat(ScoreJson.probabilities(result(scores)).toString())
        .isEqualTo(new JsonArray().add(row).encode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lynx, catamount",
        "\"quoted\"",
        "back\\slash",
        "</script>",
        "tab\tline\nreturn\rnull\u0000bell\u0007",
        "Luchs äöü ß",
        "猞猁 рысь",
        "\ud83d\ude3a",
        "\u2028\u2029\u007f"
      })
  void everyLabelIsWrittenAsTheGeneralEncoderDoes(String label) {
    JsonObject prediction = new JsonObject().put("className", label).put("probability", 0.5f);

    assertThat(ScoreJson.djl(labelled(label)))
        .isEqualTo(new JsonArray().add(prediction).toBuffer());
    assertThat(
            new JsonObject(ScoreJson.azure(labelled(label)))
                .getJsonArray("predictions")
                .getJsonObject(0)
                .getString("label"))
        .isEqualTo(label);
  }

  @Test
  void aLabelLongerThanAnyBufferIsWrittenWhole() {
    String label = "long \"label\" ".repeat(10_000);

    assertThat(
            new JsonArray(ScoreJson.djl(labelled(label))).getJsonObject(0).getString("className"))
        .isEqualTo(label);
  }
}
