package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.lifecycle.VersionPolicyTest.assertDone;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.assertLoads;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.assertUnloads;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.failed;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.found;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.serving;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.source;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.unloaded;
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
import org.junit.jupiter.api.Test;

/** Decisions of the policy on settings and on files that change in place. */
class VersionSettingsTest {

  private static final Map<String, String> ALL = Map.of("versions", "all");
  private static final Map<String, String> FIRST_OUT = Map.of("swap_policy", "resource_preserving");

  private static List<StoredModel> store(ModelSource... sources) {
    return List.of(new StoredModel("m", ModelSettings.DEFAULT, List.of(sources)));
  }

  private static ModelSource changed(int version) {
    return FakeLoader.source("m", version, Map.of(), "changed");
  }

  /** A version that serves its previous files, as its changed files failed to load. */
  private static VersionState servingButBroken(int version) {
    ModelStatus status =
        new ModelStatus(
            new ModelId("m", version), ModelState.AVAILABLE, Instant.EPOCH, Optional.of("broken"));
    return new VersionState(status, Optional.of(source(version)), Optional.of(changed(version)));
  }

  @Test
  void allLoadsEveryVersionNewestFirst() {
    assertLoads(3, found(ALL, 1, 2, 3));
    assertLoads(2, found(ALL, 1, 2, 3), serving(3));
    assertLoads(1, found(ALL, 1, 2, 3), serving(3), serving(2));
    assertDone(found(ALL, 1, 2, 3), serving(1), serving(2), serving(3));
  }

  @Test
  void theGivenNumberOfNewestVersionsIsServed() {
    Map<String, String> two = Map.of("versions", "latest:2");

    assertLoads(2, found(two, 1, 2, 3), serving(3));
    assertDone(found(two, 1, 2, 3), serving(2), serving(3));
    assertUnloads(1, found(two, 1, 2, 3), serving(1), serving(2), serving(3));
  }

  @Test
  void aFailedVersionDoesNotCountAsOneOfTheNewest() {
    Map<String, String> two = Map.of("versions", "latest:2");

    assertLoads(1, found(two, 1, 2, 3), failed(2), serving(3));
  }

  @Test
  void namedVersionsAreServedAndNoOthers() {
    Map<String, String> named = Map.of("versions", "1,3");

    assertLoads(3, found(named, 1, 2, 3, 4));
    assertLoads(1, found(named, 1, 2, 3, 4), serving(3));
    assertDone(found(named, 1, 2, 3, 4), serving(1), serving(3));
    assertUnloads(4, found(named, 1, 2, 3, 4), serving(1), serving(3), serving(4));
  }

  @Test
  void theServingVersionStaysIfNoneOfTheNamedOnesCanServe() {
    Map<String, String> named = Map.of("versions", "3");

    assertDone(found(named, 1, 3), serving(1), failed(3));
  }

  @Test
  void aLabelledVersionIsServedWhateverTheRule() {
    Map<String, String> labels = Map.of("labels", "stable:1,canary:3");

    assertLoads(1, found(labels, 1, 2, 3), serving(3));
    assertDone(found(labels, 1, 2, 3), serving(1), serving(3));
  }

  @Test
  void aDisabledModelIsUnloaded() {
    Map<String, String> off = Map.of("enabled", "false");

    assertDone(found(off, 1));
    assertUnloads(1, found(off, 1), serving(1));
    assertUnloads(1, found(off, 1, 2), serving(1), failed(2));
  }

  @Test
  void withUnloadFirstTheOldVersionIsUnloadedFirst() {
    assertUnloads(1, found(FIRST_OUT, 1, 2), serving(1));
    assertLoads(2, found(FIRST_OUT, 1, 2), unloaded(1));
    assertLoads(1, found(FIRST_OUT, 1, 2), unloaded(1), failed(2));
  }

  @Test
  void withUnloadFirstOtherDesiredVersionsStay() {
    Map<String, String> settings = Map.of("swap_policy", "resource_preserving", "versions", "all");

    assertLoads(2, found(settings, 1, 2), serving(1));
  }

  @Test
  void aVersionWhoseFilesHaveChangedIsLoadedAgain() {
    assertThat(
            new VersionPolicy(store(changed(1)), List.of(serving(1)), Labels.NONE, Map.of()).next())
        .contains(new VersionPolicy.Load(changed(1), store(changed(1)).get(0)));
    assertDone(store(changed(1)), serving(changed(1)));
  }

  @Test
  void withUnloadFirstAChangedVersionIsUnloadedBefore() {
    List<StoredModel> store =
        List.of(new StoredModel("m", ModelSettings.of(FIRST_OUT), List.of(changed(1))));

    assertUnloads(1, store, serving(1));
  }

  @Test
  void changedFilesThatFailedLeaveTheServingOnes() {
    assertDone(store(changed(1)), servingButBroken(1));
    assertDone(store(source(1), changed(2)), servingButBroken(2));
  }

  @Test
  void aRevertedChangeNeedsNoLoad() {
    assertDone(store(source(1)), servingButBroken(1));
  }

  @Test
  void aFailedVersionIsRetriedWhenItsFilesChange() {
    assertThat(
            new VersionPolicy(store(changed(1)), List.of(failed(1)), Labels.NONE, Map.of()).next())
        .contains(new VersionPolicy.Load(changed(1), store(changed(1)).get(0)));
  }

  @Test
  void aLabelHoldsItsVersionUntilTheNextOneServes() {
    List<StoredModel> found = found(Map.of("labels", "stable:2"), 1, 2, 3);
    Labels still = new Labels(Map.of("m", Map.of("stable", 1L)));

    assertThat(
            new VersionPolicy(found, List.of(serving(1), failed(2), serving(3)), still, Map.of())
                .next())
        .isEmpty();
    assertThat(
            new VersionPolicy(
                    found, List.of(serving(1), failed(2), serving(3)), Labels.NONE, Map.of())
                .next())
        .contains(new VersionPolicy.Unload(new ModelId("m", 1)));
  }

  @Test
  void aLabelDoesNotHoldARemovedVersion() {
    List<StoredModel> found = found(Map.of("labels", "stable:1"), 2);
    Labels still = new Labels(Map.of("m", Map.of("stable", 1L)));

    assertThat(new VersionPolicy(found, List.of(serving(1), serving(2)), still, Map.of()).next())
        .contains(new VersionPolicy.Unload(new ModelId("m", 1)));
  }
}
