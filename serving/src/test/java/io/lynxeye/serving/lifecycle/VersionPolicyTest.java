package io.lynxeye.serving.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Decisions for one model, {@code m}, whose files do not change unless a test says so. */
class VersionPolicyTest {

  static ModelSource source(int version) {
    return FakeLoader.source("m", version);
  }

  static VersionState serving(int version) {
    return serving(source(version));
  }

  static VersionState serving(ModelSource source) {
    return new VersionState(
        status(source.id(), ModelState.AVAILABLE), Optional.of(source), Optional.empty());
  }

  static VersionState unloaded(int version) {
    return new VersionState(
        status(source(version).id(), ModelState.END), Optional.empty(), Optional.empty());
  }

  static VersionState failed(int version) {
    ModelStatus status =
        new ModelStatus(
            source(version).id(), ModelState.END, Instant.EPOCH, Optional.of("it is broken"));
    return new VersionState(status, Optional.empty(), Optional.of(source(version)));
  }

  private static ModelStatus status(ModelId id, ModelState state) {
    return new ModelStatus(id, state, Instant.EPOCH, Optional.empty());
  }

  static List<StoredModel> found(int... versions) {
    return found(Map.of(), versions);
  }

  static List<StoredModel> found(Map<String, String> settings, int... versions) {
    List<ModelSource> sources = IntStream.of(versions).mapToObj(VersionPolicyTest::source).toList();
    return List.of(new StoredModel("m", ModelSettings.of(settings), sources));
  }

  private static Optional<VersionPolicy.Action> next(
      List<StoredModel> found, VersionState... versions) {
    return new VersionPolicy(found, List.of(versions), Labels.NONE, Map.of()).next();
  }

  static void assertLoads(int version, List<StoredModel> found, VersionState... versions) {
    assertThat(next(found, versions))
        .contains(new VersionPolicy.Load(source(version), found.get(0)));
  }

  static void assertUnloads(int version, List<StoredModel> found, VersionState... versions) {
    assertThat(next(found, versions)).contains(new VersionPolicy.Unload(new ModelId("m", version)));
  }

  static void assertDone(List<StoredModel> found, VersionState... versions) {
    assertThat(next(found, versions)).isEmpty();
  }

  @Test
  void doesNothingWithoutModels() {
    assertDone(List.of());
    assertDone(found());
  }

  @Test
  void loadsAFoundVersion() {
    assertLoads(1, found(1));
  }

  @Test
  void loadsOnlyTheNewestVersion() {
    assertLoads(10, found(2, 10, 1));
    assertDone(found(2, 10, 1), serving(10));
  }

  @Test
  void loadsEveryModelOneAfterTheOther() {
    ModelSource other = FakeLoader.source("a", 1);
    List<StoredModel> found = FakeLoader.store(other, source(1));

    assertThat(next(found)).contains(new VersionPolicy.Load(other, found.get(0)));
    assertThat(next(found, serving(other)))
        .contains(new VersionPolicy.Load(source(1), found.get(1)));
  }

  @Test
  void loadsTheNewVersionBeforeItUnloadsTheOld() {
    assertLoads(2, found(1, 2), serving(1));
    assertUnloads(1, found(1, 2), serving(1), serving(2));
    assertDone(found(1, 2), unloaded(1), serving(2));
  }

  @Test
  void unloadsARemovedVersion() {
    assertUnloads(1, List.of(), serving(1));
    ModelSource other = FakeLoader.source("other", 1);
    assertUnloads(1, FakeLoader.store(other), serving(other), serving(1));
  }

  @Test
  void aVersionStaysWhileItsReplacementIsBeingCopied() {
    List<StoredModel> arriving =
        List.of(new StoredModel("m", ModelSettings.DEFAULT, List.of(), true));

    assertDone(arriving, serving(1));
    assertUnloads(1, found(), serving(1));
  }

  @Test
  void neverRetriesAFailedVersion() {
    assertDone(found(1), failed(1));
  }

  @Test
  void aFailedVersionDoesNotReplaceTheServingOne() {
    assertDone(found(1, 2), serving(1), failed(2));
  }

  @Test
  void aRemovedVersionIsUnloadedEvenIfNoOtherCanServe() {
    assertUnloads(1, found(2), serving(1), failed(2));
  }

  @Test
  void unloadsDoNotWaitForTheLoadsOfOtherModels() {
    ModelSource other = FakeLoader.source("a", 1);

    assertUnloads(1, FakeLoader.store(other), serving(1));
  }

  @Test
  void aRemovedModelIsUnloadedEvenIfItsNewestVersionFailed() {
    assertUnloads(1, List.of(), serving(1), failed(2));
  }

  @Test
  void ifTheNewestFailsTheNextOlderIsLoadedAsAfterARestart() {
    assertLoads(2, found(1, 2, 3), failed(3));
    assertLoads(1, found(1, 2, 3), failed(2), failed(3));
    assertDone(found(1, 2, 3), serving(1), failed(2), failed(3));
  }

  @Test
  void aNewerVersionIsLoadedAfterAFailedOne() {
    assertLoads(3, found(1, 2, 3), serving(1), failed(2));
    assertUnloads(1, found(1, 2, 3), serving(1), failed(2), serving(3));
  }

  @Test
  void aRollbackLoadsAnUnloadedVersionAgain() {
    assertLoads(1, found(1), unloaded(1), serving(2));
    assertUnloads(2, found(1), serving(1), serving(2));
  }

  @Test
  void aVersionThatWasRemovedAndRestoredIsLoadedAgain() {
    assertLoads(1, found(1), unloaded(1));
  }
}
