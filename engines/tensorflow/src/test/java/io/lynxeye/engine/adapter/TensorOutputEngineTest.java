package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.EngineRing;
import io.lynxeye.engine.TinySavedModel;
import io.lynxeye.engine.djl.TinyImages;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** Outputs other than scores, as JSON. */
@Tag("engine")
class TensorOutputEngineTest {

  private static final ScoreResult.Timing NO_TIME =
      new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);

  private final EngineLoader loader = EngineRing.get().loader();

  @TempDir private Path folder;

  @Test
  void withoutLabelsReturnsTheOnlyOutputUnchanged() throws Exception {
    try (LoadedModel model = loader.load(TinySavedModel.means().labels("").write(folder))) {
      assertThat(texts(model)).containsExactly("[[255.0,128.0,0.0]]", "[[1.0,2.0,3.0]]");
    }
  }

  @Test
  void returnsSeveralOutputsByName() throws Exception {
    TinySavedModel tiny =
        TinySavedModel.means()
            .labels("")
            .cast("rounded", DataType.DT_INT64)
            .cast("wide", DataType.DT_DOUBLE)
            .cast("any", DataType.DT_BOOL)
            .cast("small", DataType.DT_UINT8);
    try (LoadedModel model = loader.load(tiny.write(folder))) {
      assertThat(texts(model))
          .containsExactly(
              "{\"any\":[[true,true,false]],\"means\":[[255.0,128.0,0.0]],"
                  + "\"rounded\":[[255,128,0]],\"small\":[[255,128,0]],"
                  + "\"wide\":[[255.0,128.0,0.0]]}",
              "{\"any\":[[true,true,true]],\"means\":[[1.0,2.0,3.0]],"
                  + "\"rounded\":[[1,2,3]],\"small\":[[1,2,3]],\"wide\":[[1.0,2.0,3.0]]}");
      assertThat(model.description().output()).startsWith("any: bool [-1, 3], means: float");
    }
  }

  @Test
  void returnsAnyShapeWithItsLeadingDimension() throws Exception {
    TinySavedModel pixels = TinySavedModel.means().labels("").withoutOutputs();
    try (LoadedModel model = loader.load(pixels.outputOfUnknownRank().write(folder))) {
      assertThat(texts(model))
          .contains("[[[[1.0,2.0,3.0],[1.0,2.0,3.0]],[[1.0,2.0,3.0],[1.0,2.0,3.0]]]]");
    }
  }

  @Test
  void valuesThatAreNotNumbersAreAModelErrorInAnyOutput() throws Exception {
    TinySavedModel infinite =
        TinySavedModel.means().labels("").manifest("normalize", "0,0,0,1e-44,1e-44,1");
    try (LoadedModel model = loader.load(infinite.write(folder))) {
      assertThatThrownBy(() -> texts(model))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the model's output holds values that are not numbers");
    }
  }

  private static List<String> texts(LoadedModel model) throws Exception {
    List<PreparedInput> samples =
        List.of(model.prepare(TinyImages.png(255, 128, 0)), model.prepare(TinyImages.png(1, 2, 3)));
    return model.run(samples).stream().map(output -> json(model, output)).toList();
  }

  private static String json(LoadedModel model, ModelOutput output) {
    ScoreResult result = new ScoreResult(model.description(), List.of(), output, NO_TIME);
    return new String(result.content().orElseThrow().body(), StandardCharsets.UTF_8);
  }
}
