package io.lynxeye.serving.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelsTest {

  private static final Labels STABLE_1 = new Labels(Map.of("m", Map.of("stable", 1L)));

  private static Map<String, Long> next(Labels before, String labels, Long... serving) {
    Map<String, String> settings = labels.isEmpty() ? Map.of() : Map.of("labels", labels);
    List<StoredModel> found = VersionPolicyTest.found(settings, 1, 2);
    return before
        .next(found, id -> Set.of(serving).contains(id.version().value()))
        .versions()
        .getOrDefault("m", Map.of());
  }

  @Test
  void aLabelMovesOnceItsVersionServes() {
    assertThat(next(Labels.NONE, "stable:1,canary:2", 1L, 2L))
        .containsExactlyInAnyOrderEntriesOf(Map.of("stable", 1L, "canary", 2L));
    assertThat(next(STABLE_1, "stable:2", 1L, 2L)).isEqualTo(Map.of("stable", 2L));
  }

  @Test
  void aLabelStaysUntilItsNewVersionServes() {
    assertThat(next(STABLE_1, "stable:2", 1L)).isEqualTo(Map.of("stable", 1L));
  }

  @Test
  void aRemovedLabelPointsToNothing() {
    assertThat(next(STABLE_1, "", 1L)).isEmpty();
    assertThat(next(STABLE_1, "other:1", 1L)).isEqualTo(Map.of("other", 1L));
  }
}
