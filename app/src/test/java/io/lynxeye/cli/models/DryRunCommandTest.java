package io.lynxeye.cli.models;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.lynxeye.cli.CommandRun;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A trial on files, with models without an engine. Times have no limit: they would be chance. */
@Timeout(60)
class DryRunCommandTest {

  private static final int PASS = 0;
  private static final int FAIL = 1;

  private static final ModelSettings SETTINGS =
      ModelSettings.of(
          Map.of(
              "rollout", "shadow",
              "rollout.min_images", "20",
              "rollout.min_agreement", "0.5",
              "rollout.max_error_rate", "0.2",
              "rollout.max_latency_ratio", "1000"));

  @TempDir private Path folder;
  private final FakeLoader loader = new FakeLoader();

  private static StoredModel stored(int... versions) {
    List<ModelSource> sources = new ArrayList<>();
    for (int version : versions) {
      sources.add(source("m", version));
    }
    return new StoredModel("m", SETTINGS, sources);
  }

  private static DryRunCommand.Pair pair() throws Failure {
    return DryRunCommand.Pair.of(stored(1, 2), Optional.empty(), Optional.empty());
  }

  private List<String> images(int count, String content) throws IOException {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(content + "-" + i + ".jpg");
      images.add(Files.writeString(file, content).toString());
    }
    return images;
  }

  private DryRunCommand.Result compare(List<String> images) throws Failure {
    return DryRunCommand.compare(loader, pair(), images, Progress.silent());
  }

  private static JsonObject finding(JsonObject facts, String measure) {
    return facts.getAsJsonArray("findings").asList().stream()
        .map(finding -> finding.getAsJsonObject())
        .filter(finding -> finding.get("measure").getAsString().equals(measure))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aVersionThatAgreesPasses() throws Exception {
    DryRunCommand.Result result = compare(images(60, "3"));

    assertThat(result.exitCode()).isEqualTo(PASS);
    assertThat(RolloutText.of(result.facts()).lines())
        .contains(
            "model      m",
            "mode       dry-run",
            "serving    1",
            "candidate  2",
            "images     60",
            "verdict    PASS")
        .noneMatch(line -> line.startsWith("note") || line.startsWith("state"));
    // The first 50 are timed, then 2 of 10; two pairs are one ratio.
    assertThat(finding(result.facts(), "latency_ratio").get("images").getAsInt())
        .isEqualTo((50 + 2) / 2);
    assertThat(loader.model("m", 1).isClosed()).isTrue();
    assertThat(loader.model("m", 2).isClosed()).isTrue();
  }

  @Test
  void aVersionThatDisagreesFails() throws Exception {
    loader.model("m", 2).mistakes(text -> "4");

    DryRunCommand.Result result = compare(images(20, "3"));

    assertThat(result.exitCode()).isEqualTo(FAIL);
    assertThat(finding(result.facts(), "agreement").get("value").getAsDouble()).isZero();
  }

  @Test
  void aVersionThatCrashesFailsByItsErrors() throws Exception {
    loader.model("m", 2).mistakes(text -> "crash");

    DryRunCommand.Result result = compare(images(20, "3"));

    assertThat(result.exitCode()).isEqualTo(FAIL);
    assertThat(finding(result.facts(), "error_rate").get("value").getAsDouble()).isEqualTo(1);
  }

  /** 20 ratios of times are needed; 6 images give 3, and 39 times as many 19.5, which rounds up. */
  @Test
  void tooFewImagesAreUndecidedAndTheNoteSaysHowManyMore() throws Exception {
    DryRunCommand.Result result = compare(images(6, "3"));

    assertThat(result.exitCode()).isEqualTo(DryRunCommand.UNDECIDED);
    assertThat(RolloutText.of(result.facts()))
        .contains(
            "note       fewer than rollout.min_images=20; about 33 more images like these are"
                + " needed\n");
  }

  @Test
  void filesThatCannotBeReadAreCountedAndDoNotCount() throws Exception {
    List<String> images = images(6, "3");
    images.addAll(images(2, "bad"));
    images.add(folder.resolve("missing.jpg").toString());

    DryRunCommand.Result result = compare(images);

    assertThat(result.facts().get("images").getAsInt()).isEqualTo(6);
    assertThat(RolloutText.of(result.facts()))
        .contains("offered    9\n", "dropped    unreadable 3");
  }

  @Test
  void outputsWithoutClassScoresAreComparedAsAWhole() throws Exception {
    List<String> images = images(20, "content");
    assertThat(finding(compare(images).facts(), "agreement").get("value").getAsDouble())
        .isEqualTo(1);

    loader.forget("m", 1);
    loader.forget("m", 2);
    loader.model("m", 2).mistakes(text -> "noise");
    assertThat(compare(images).exitCode()).isEqualTo(FAIL);
  }

  @Test
  void withoutOneReadableImageThereIsNoVerdict() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> compare(images(2, "bad")))
        .withMessage("m/1 can score none of 2 files");
  }

  @Test
  void aVersionThatCannotBeLoadedIsAnError() {
    loader.fail("m", 2, "its graph is cut off");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> compare(images(2, "3")))
        .withMessage("m/2 cannot be loaded: its graph is cut off");
  }

  private static Optional<VersionNumber> version(int number) {
    return number == 0 ? Optional.empty() : Optional.of(VersionNumber.of(number));
  }

  private static List<ModelId> chosen(int serving, int candidate) throws Failure {
    DryRunCommand.Pair pair =
        DryRunCommand.Pair.of(stored(1, 3, 10), version(serving), version(candidate));
    return List.of(pair.serving().id(), pair.candidate().id());
  }

  @Test
  void theNewestVersionsAreComparedUnlessOthersAreNamed() throws Exception {
    assertThat(chosen(0, 0)).containsExactly(new ModelId("m", 3), new ModelId("m", 10));
    assertThat(chosen(1, 0)).containsExactly(new ModelId("m", 1), new ModelId("m", 10));
    assertThat(chosen(0, 3)).containsExactly(new ModelId("m", 10), new ModelId("m", 3));
    assertThat(chosen(10, 0)).containsExactly(new ModelId("m", 10), new ModelId("m", 3));
  }

  private static void assertRefused(String message, int[] versions, int serving, int candidate) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(
            () -> DryRunCommand.Pair.of(stored(versions), version(serving), version(candidate)))
        .withMessage(message);
  }

  @Test
  void versionsThatAreNotThereAreRefused() {
    assertRefused("m has no version 2; it has: 1, 3", new int[] {1, 3}, 0, 2);
    assertRefused(
        "two versions are needed, and m has: 1; add the version to try with a higher number",
        new int[] {1},
        0,
        0);
    assertRefused(
        "--serving and --candidate are both 3: name two versions", new int[] {1, 3}, 3, 3);
  }

  @Test
  void theCommandNamesWhatIsMissing() {
    CommandRun run =
        CommandRun.of("rollout", "dry-run", "m", "images", "--store", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("lynxeye: no model 'm' in %s; see --store%n".formatted(folder));
  }

  @Test
  void itsHelpListsTheExitCodes() {
    assertThat(CommandRun.of("rollout", "dry-run", "--help").out())
        .contains("Exit codes:", "0   PASS", "1   FAIL", "3   UNDECIDED", "--store");
  }
}
