package io.lynxeye.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.VersionNumber;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelIndexRowTest {

  private static VersionView view(
      Optional<VersionNumber> version, ModelState state, Optional<String> reason) {
    return new VersionView(
        "a",
        version,
        state,
        Optional.empty(),
        reason,
        "a",
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static ModelIndexRow row(ModelState state, Optional<String> reason) {
    return ModelIndexRow.of(models(state, reason), false).get(0);
  }

  private static NavigableMap<String, List<VersionView>> models(
      ModelState state, Optional<String> reason) {
    return new TreeMap<>(
        Map.of("a", List.of(view(Optional.of(VersionNumber.parse("1")), state, reason))));
  }

  @Test
  void theStatesHaveTritonsNames() {
    assertThat(row(ModelState.START, Optional.empty()).state()).isEqualTo("LOADING");
    assertThat(row(ModelState.LOADING, Optional.empty()).state()).isEqualTo("LOADING");
    assertThat(row(ModelState.AVAILABLE, Optional.empty()).state()).isEqualTo("READY");
    assertThat(row(ModelState.UNLOADING, Optional.empty()).state()).isEqualTo("UNLOADING");
    assertThat(row(ModelState.END, Optional.empty()))
        .isEqualTo(new ModelIndexRow("a", "1", "UNAVAILABLE", "unloaded"));
  }

  @Test
  void onlyWhatIsReadyIsListedOnRequest() {
    var models =
        new TreeMap<>(
            Map.of(
                "a",
                List.of(
                    view(
                        Optional.of(VersionNumber.parse("1")),
                        ModelState.END,
                        Optional.of("broken")),
                    view(Optional.of(VersionNumber.of(2)), ModelState.AVAILABLE, Optional.empty()),
                    view(
                        Optional.<VersionNumber>empty(),
                        ModelState.END,
                        Optional.of("no model")))));

    assertThat(ModelIndexRow.of(models, false).stream().map(ModelIndexRow::version))
        .containsExactly("1", "2", "");
    assertThat(ModelIndexRow.of(models, true).stream().map(ModelIndexRow::version))
        .containsExactly("2");
  }

  @Test
  void rolloutsHaveTritonsStatesToo() {
    assertThat(row(ModelState.SHADOW, Optional.empty()).state()).isEqualTo("READY");
    assertThat(row(ModelState.STOPPED, Optional.of("agreement 0.5")))
        .isEqualTo(new ModelIndexRow("a", "1", "UNAVAILABLE", "agreement 0.5"));
  }

  @Test
  void callersDoNotLearnTheCauseOfAFailure() {
    Optional<String> cause = Optional.of("/srv/secret is broken");

    assertThat(row(ModelState.END, cause).reason()).isEqualTo("/srv/secret is broken");
    assertThat(reasonForCallers(ModelState.END, cause))
        .isEqualTo("it could not be loaded; the server's log has the cause");
    assertThat(reasonForCallers(ModelState.STOPPED, cause))
        .isEqualTo("its rollout was stopped; the server's log has the cause");
    assertThat(reasonForCallers(ModelState.END, Optional.empty())).isEqualTo("unloaded");
    assertThat(reasonForCallers(ModelState.AVAILABLE, Optional.empty())).isEmpty();
  }

  private static String reasonForCallers(ModelState state, Optional<String> reason) {
    return ModelIndexRow.forCallers(models(state, reason), false).get(0).reason();
  }
}
