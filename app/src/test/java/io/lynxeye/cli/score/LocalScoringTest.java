package io.lynxeye.cli.score;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class LocalScoringTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeLoader loader = new FakeLoader();

  private LocalScoring start() throws Failure {
    return start(FakeLoader.store(source("m", 1), source("m", 2), source("other", 1)));
  }

  private LocalScoring start(List<StoredModel> found) throws Failure {
    return LocalScoring.start(loader, found, "m", new BatchPolicy(2, Duration.ZERO, 8, 1), SOON);
  }

  private static ScoreResult score(LocalScoring local) {
    ScoreRequest request =
        new ScoreRequest(
            Optional.empty(), VersionChoice.newest(), new byte[] {'3'}, OptionalInt.of(1));
    return local.service().score(request).join();
  }

  @Test
  void scoresWithTheNewestVersionAndLoadsNoOther() throws Failure {
    try (LocalScoring local = start()) {
      ScoreResult result = score(local);

      assertThat(result.model().id()).isEqualTo(new ModelId("m", 2));
      assertThat(result.predictions().get(0).label()).isEqualTo("label 3");
    }
    assertThat(loader.loads()).containsExactly(new ModelId("m", 2));
    assertThat(loader.model("m", 2).isClosed()).isTrue();
  }

  @Test
  void ifTheNewestFailsTheNextOlderScoresLikeOnTheServer() throws Failure {
    loader.fail("m", 2, "its graph is cut off");

    try (LocalScoring local = start()) {
      assertThat(score(local).model().id()).isEqualTo(new ModelId("m", 1));
    }
  }

  @Test
  void ifNoVersionIsUsableTheErrorHasTheReasons() {
    loader.fail("m", 1, "its graph is cut off");
    loader.fail("m", 2, "it has no labels");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(this::start)
        .withMessage(
            "m/1 cannot be loaded: its graph is cut off; m/2 cannot be loaded: it has no labels");
  }

  @ParameterizedTest
  @CsvSource({"enabled, false", "versions, 9"})
  void ifTheSettingsSelectNoVersionTheErrorSaysSo(String key, String value) {
    ModelSettings settings = ModelSettings.of(Map.of(key, value));
    StoredModel stored = new StoredModel("m", settings, List.of(source("m", 1)));

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> start(List.of(stored)))
        .withMessage("m has no version that its settings select; is it disabled by enabled=false?");
    assertThat(loader.loads()).isEmpty();
  }
}
