package io.lynxeye.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.lynxeye.translators.ImageScoringTranslatorFactory;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our translators in another DJL application, which loads our model folder with DJL's API. */
@Tag("engine")
class DjlApplicationEngineTest {

  @BeforeAll
  static void start() {
    EngineRing.get();
  }

  @Test
  void classifiesThroughCriteriaOneByOneAndInABatch() throws Exception {
    try (ZooModel<byte[], Classifications> model = criteria(byte[].class, Classifications.class);
        Predictor<byte[], Classifications> predictor = model.newPredictor()) {
      Classifications lynx = predictor.predict(EngineRing.sample("lynx"));
      assertThat(lynx.best().getClassName()).isEqualTo("lynx");
      assertThat(lynx.best().getProbability()).isEqualTo(0.9742, within(0.003));

      List<Classifications> batch =
          predictor.batchPredict(
              List.of(EngineRing.sample("balloon"), EngineRing.sample("wall_clock")));
      assertThat(batch)
          .extracting(c -> c.best().getClassName())
          .containsExactly("balloon", "wall clock");
    }
  }

  @Test
  void answersInTheFormOfDjlServing() throws Exception {
    try (ZooModel<Input, Output> model = criteria(Input.class, Output.class);
        Predictor<Input, Output> predictor = model.newPredictor()) {
      Input input = new Input();
      input.add("data", EngineRing.sample("lynx"));

      String json = predictor.predict(input).getData().getAsString();

      assertThat(json).contains("\"className\"", "lynx", "\"probability\"");
    }
  }

  @Test
  void reportsWhyAnImageIsInvalid() throws Exception {
    try (ZooModel<byte[], Classifications> model = criteria(byte[].class, Classifications.class);
        Predictor<byte[], Classifications> predictor = model.newPredictor()) {
      assertThatThrownBy(() -> predictor.predict("no image".getBytes(UTF_8)))
          .isInstanceOf(TranslateException.class)
          .hasMessageContaining("not an image");
    }
  }

  private static <I, O> ZooModel<I, O> criteria(Class<I> input, Class<O> output) throws Exception {
    return Criteria.builder()
        .setTypes(input, output)
        .optEngine(TensorFlowEngine.NAME)
        .optModelPath(EngineRing.source(EngineRing.PIXELS).folder())
        .optModelName("saved_model.pb")
        .optTranslatorFactory(new ImageScoringTranslatorFactory())
        .build()
        .loadModel();
  }
}
