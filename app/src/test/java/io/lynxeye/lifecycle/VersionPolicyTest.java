package io.lynxeye.lifecycle;

import static io.lynxeye.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import io.lynxeye.model.ModelStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionPolicyTest {

  private static final Instant NOW = Instant.EPOCH;

  private static ModelStatus status(int version, ModelState state) {
    return new ModelStatus(new ModelId("m", version), state, NOW, Optional.empty());
  }

  private static ModelStatus available(int version) {
    return status(version, ModelState.AVAILABLE);
  }

  private static ModelStatus unloaded(int version) {
    return status(version, ModelState.END);
  }

  private static ModelStatus failed(int version) {
    return new ModelStatus(
        new ModelId("m", version), ModelState.END, NOW, Optional.of("it is broken"));
  }

  private static List<ModelSource> found(int... versions) {
    return Arrays.stream(versions).mapToObj(v -> source("m", v)).toList();
  }

  private static void assertLoads(
      int version, List<ModelSource> found, List<ModelStatus> statuses) {
    assertThat(VersionPolicy.next(found, statuses))
        .contains(new VersionPolicy.Load(source("m", version)));
  }

  private static void assertUnloads(
      int version, List<ModelSource> found, List<ModelStatus> statuses) {
    assertThat(VersionPolicy.next(found, statuses))
        .contains(new VersionPolicy.Unload(new ModelId("m", version)));
  }

  private static void assertRests(List<ModelSource> found, List<ModelStatus> statuses) {
    assertThat(VersionPolicy.next(found, statuses)).isEmpty();
  }

  @Test
  void withNothingFoundAndNothingServedItRests() {
    assertRests(found(), List.of());
  }

  @Test
  void loadsWhatWasFound() {
    assertLoads(1, found(1), List.of());
  }

  @Test
  void loadsOnlyTheNewestVersion() {
    assertLoads(10, found(2, 10, 1), List.of());
    assertRests(found(2, 10, 1), List.of(available(10)));
  }

  @Test
  void loadsEveryModelOneAfterTheOther() {
    List<ModelSource> found = List.of(source("a", 1), source("m", 1));

    assertThat(VersionPolicy.next(found, List.of()))
        .contains(new VersionPolicy.Load(source("a", 1)));
    assertThat(VersionPolicy.next(found, List.of(available(1))))
        .contains(new VersionPolicy.Load(source("a", 1)));
  }

  @Test
  void leavesAVersionAloneThatIsOnItsWay() {
    assertRests(found(1), List.of(status(1, ModelState.START)));
    assertRests(found(1), List.of(status(1, ModelState.LOADING)));
    assertRests(List.of(), List.of(status(1, ModelState.UNLOADING)));
  }

  @Test
  void loadsTheNewVersionBeforeItUnloadsTheOld() {
    assertLoads(2, found(1, 2), List.of(available(1)));
    assertUnloads(1, found(1, 2), List.of(available(1), available(2)));
    assertRests(found(1, 2), List.of(unloaded(1), available(2)));
  }

  @Test
  void unloadsWhatIsNotFoundAnyMore() {
    assertUnloads(1, found(), List.of(available(1)));
    assertUnloads(1, List.of(source("other", 1)), otherAnd(available(1)));
  }

  private static List<ModelStatus> otherAnd(ModelStatus status) {
    return List.of(
        new ModelStatus(new ModelId("other", 1), ModelState.AVAILABLE, NOW, Optional.empty()),
        status);
  }

  @Test
  void neverTriesAFailedVersionAgain() {
    assertRests(found(1), List.of(failed(1)));
  }

  @Test
  void aFailedVersionDoesNotDisplaceTheServingOne() {
    assertRests(found(1, 2), List.of(available(1), failed(2)));
  }

  @Test
  void theServingVersionStaysAlsoWhenItsFolderIsGoneAndTheNewOneFailed() {
    assertRests(found(2), List.of(available(1), failed(2)));
  }

  @Test
  void aModelThatIsGoneAltogetherIsUnloadedAlsoWhenItsNewestVersionHadFailed() {
    assertUnloads(1, found(), List.of(available(1), failed(2)));
  }

  @Test
  void whenTheNewestFailsTheNextOlderIsLoadedSoThatARestartEndsInTheSameState() {
    assertLoads(2, found(1, 2, 3), List.of(failed(3)));
    assertLoads(1, found(1, 2, 3), List.of(failed(2), failed(3)));
    assertRests(found(1, 2, 3), List.of(available(1), failed(2), failed(3)));
  }

  @Test
  void aNewerVersionIsLoadedAlsoAfterAFailedOne() {
    assertLoads(3, found(1, 2, 3), List.of(available(1), failed(2)));
    assertUnloads(1, found(1, 2, 3), List.of(available(1), failed(2), available(3)));
  }

  @Test
  void goingBackToAnUnloadedVersionLoadsItAgain() {
    assertLoads(1, found(1), List.of(unloaded(1), available(2)));
    assertUnloads(2, found(1), List.of(available(1), available(2)));
  }

  @Test
  void aVersionThatWasRemovedAndPutBackIsLoadedAgain() {
    assertLoads(1, found(1), List.of(unloaded(1)));
  }
}
