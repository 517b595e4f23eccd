package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.lifecycle.VersionPolicyTest.failed;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.found;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.serving;
import static io.lynxeye.serving.lifecycle.VersionPolicyTest.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which version of {@code m} serves and which is on trial, with {@code rollout=shadow}. */
class RolesTest {

  private static final Map<String, String> SHADOW = Map.of("rollout", "shadow");

  private static VersionPolicy policy(
      List<StoredModel> found, Decisions decisions, VersionState... versions) {
    return new VersionPolicy(found, List.of(versions), Labels.NONE, Map.of("m", decisions));
  }

  private static void assertRoles(
      Integer serving,
      Integer candidate,
      List<StoredModel> found,
      Decisions decisions,
      VersionState... versions) {
    Roles roles = policy(found, decisions, versions).roles(found.get(0)).orElseThrow();
    assertThat(roles.serving()).isEqualTo(optional(serving));
    assertThat(roles.candidate()).isEqualTo(optional(candidate));
  }

  private static Optional<ModelSource> optional(Integer version) {
    return Optional.ofNullable(version).map(VersionPolicyTest::source);
  }

  private static Decisions decided(long serving) {
    return new Decisions(OptionalLong.of(serving), Map.of(), Optional.empty());
  }

  private static Decisions stopped(long serving, int version) {
    return new Decisions(
        OptionalLong.of(serving), Map.of(source(version), "it is bad"), Optional.empty());
  }

  @Test
  void aLoneVersionServes() {
    assertRoles(1, null, found(SHADOW, 1), Decisions.NONE);
  }

  @Test
  void ofTheFirstVersionsTheNewestIsTried() {
    assertRoles(2, 3, found(SHADOW, 1, 2, 3), Decisions.NONE);
  }

  @Test
  void theVersionThatServesGoesOnAndTheNewestOfOthersIsTried() {
    assertRoles(1, 3, found(SHADOW, 1, 2, 3), Decisions.NONE, serving(1));
    assertRoles(3, null, found(SHADOW, 1, 2, 3), Decisions.NONE, serving(3));
  }

  @Test
  void theDecidedVersionServes() {
    assertRoles(1, 3, found(SHADOW, 1, 2, 3), decided(1));
    assertRoles(3, null, found(SHADOW, 1, 2, 3), decided(3));
  }

  @Test
  void anOlderVersionStandsInBeforeANewerOne() {
    assertRoles(1, 3, found(SHADOW, 1, 3), decided(2));
    assertRoles(3, null, found(SHADOW, 3), decided(2));
    assertRoles(1, 3, found(SHADOW, 1, 2, 3), decided(2), failed(2));
  }

  @Test
  void aStoppedVersionIsNotTried() {
    assertRoles(1, null, found(SHADOW, 1, 2), stopped(1, 2));
    assertRoles(1, 3, found(SHADOW, 1, 2, 3), stopped(1, 2));
    assertRoles(null, null, found(SHADOW, 2), stopped(1, 2));
  }

  @Test
  void aListOfVersionsLimitsTheChoice() {
    Map<String, String> listed = Map.of("rollout", "shadow", "versions", "1,2");

    assertRoles(1, 2, found(listed, 1, 2, 3), decided(1));
    assertRoles(2, null, found(Map.of("rollout", "shadow", "versions", "2"), 1, 2), decided(1));
  }

  @Test
  void aRefusedRolloutTriesNothingAndSaysWhy() {
    Decisions refused =
        new Decisions(OptionalLong.of(1), Map.of(), Optional.of("the disk is read-only"));
    List<StoredModel> found = found(SHADOW, 1, 2);

    assertRoles(1, null, found, refused);
    assertThat(policy(found, refused).roles(found.get(0)).orElseThrow().whyStopped(source(2)))
        .contains("the disk is read-only");
  }

  @Test
  void theServingVersionIsLoadedFirst() {
    List<StoredModel> found = found(SHADOW, 1, 2);

    assertThat(policy(found, Decisions.NONE).next())
        .contains(new VersionPolicy.Load(source(1), found.get(0)));
    assertThat(policy(found, decided(1), serving(1)).next())
        .contains(new VersionPolicy.Load(source(2), found.get(0)));
    assertThat(policy(found, decided(1), serving(1), serving(2)).next()).isEmpty();
  }

  @Test
  void aPromotedVersionReplacesTheOldOne() {
    assertThat(policy(found(SHADOW, 1, 2), decided(2), serving(1), serving(2)).next())
        .contains(new VersionPolicy.Unload(new ModelId("m", 1)));
  }

  @Test
  void aRolledBackVersionStandsInUntilTheOldOneIsLoaded() {
    List<StoredModel> found = found(SHADOW, 1, 2);

    assertThat(policy(found, stopped(1, 2), serving(2)).next())
        .contains(new VersionPolicy.Load(source(1), found.get(0)));
    assertThat(policy(found, stopped(1, 2), serving(1), serving(2)).next())
        .contains(new VersionPolicy.Unload(new ModelId("m", 2)));
  }

  /** Three versions in memory at once could be more than there is room for. */
  @Test
  void aVersionOnTrialIsUnloadedBeforeTheNextIsLoaded() {
    List<StoredModel> found = found(SHADOW, 1, 2, 3);

    assertThat(policy(found, decided(1), serving(1), serving(2)).next())
        .contains(new VersionPolicy.Unload(new ModelId("m", 2)));
    assertThat(policy(found, decided(1), serving(1)).next())
        .contains(new VersionPolicy.Load(source(3), found.get(0)));
  }

  @Test
  void versionsThatTheSettingsSelectCountFromTheServingOne() {
    Map<String, String> two = Map.of("rollout", "shadow", "versions", "latest:2");

    assertThat(policy(found(two, 1, 2, 3), decided(2), serving(1), serving(2), serving(3)).next())
        .isEmpty();
  }

  @Test
  void aVersionWithALabelIsServedEvenIfItWasStopped() {
    Map<String, String> labelled = Map.of("rollout", "shadow", "labels", "old:2");

    assertThat(policy(found(labelled, 1, 2), stopped(1, 2), serving(1), serving(2)).next())
        .isEmpty();
  }
}
