package io.lynxeye.cli.score;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.cli.CommandRun;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.record.Records;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.watch.BaselineFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BaselineCommandTest {

  @TempDir private Path folder;

  /** As many files of one fake image. */
  private List<String> files(int count, String name, String text) throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve("images").resolve(name + i + ".jpg");
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, text).toString());
    }
    return files;
  }

  private void make(List<String> images) throws Exception {
    BaselineCommand.make(
        new FakeLoader(),
        FakeLoader.store(source("m", 2)).get(0),
        images,
        new BaselineFiles(folder.resolve("state")));
  }

  @Test
  void writesTheBaselineOfTheFilesThatCanBeScored() throws Exception {
    List<String> images = files(400, "lynx", "3");
    images.addAll(files(3, "broken", "bad"));

    make(images);

    assertThat(folder.resolve("state/m/baseline-2.json"))
        .content()
        .contains("\"images\" : 400", "\"source\" : \"folder\"", "\"label 3\" : 0");
  }

  @Test
  void refusesTooFewGoodFilesAndOutputsWithoutScores() throws Exception {
    List<String> few = files(399, "lynx", "3");
    few.addAll(files(2, "broken", "bad"));
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> make(few))
        .withMessage(
            "a baseline needs at least 400 images, better 4,000, but there are 399 without the 2"
                + " that failed");

    List<String> others = files(400, "other", "content");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> make(others))
        .withMessage(
            "the outputs of m/2 are not one score per class: drift is not applicable to it");
    assertThat(folder.resolve("state")).doesNotExist();
  }

  private static StoredModel stored(String rollout, int... versions) {
    return new StoredModel(
        "m",
        ModelSettings.of(Map.of("rollout", rollout)),
        IntStream.of(versions).mapToObj(version -> source("m", version)).toList());
  }

  private List<Long> chosen(StoredModel stored, Optional<Long> asked) throws Failure {
    return BaselineCommand.chosen(stored, asked, folder.resolve("state")).sources().stream()
        .map(source -> source.id().version().value())
        .toList();
  }

  /** Version 3 was promoted: the newest serves, and not the second newest. */
  @Test
  void withARolloutTheVersionIsTheOneThatTheServerHasRecorded() throws Exception {
    StoredModel shadow = stored("shadow", 1, 2, 3);
    assertThat(chosen(shadow, Optional.empty())).containsExactly(1L, 2L, 3L);
    try (Records records = new Records(folder.resolve("state"))) {
      records.save("m", RolloutRecord.NONE.serving(new RolloutRecord.Version(3, "d")));

      assertThat(chosen(shadow, Optional.empty())).containsExactly(3L);
    }
    assertThat(chosen(shadow, Optional.of(1L))).containsExactly(1L);
    assertThat(chosen(stored("immediate", 1, 4), Optional.empty())).containsExactly(1L, 4L);
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> chosen(stored("shadow", 1, 2), Optional.empty()))
        .withMessageContaining("no version 3 of 'm' in the store, although it serves by");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> chosen(shadow, Optional.of(9L)))
        .withMessage("no version 9 of 'm' in the store");
  }

  @Test
  void aRecordThatCannotBeReadIsNoGuess() throws IOException {
    Files.createDirectories(folder.resolve("state/m"));
    Path file = Files.writeString(folder.resolve("state/m/state.json"), "{");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> chosen(stored("canary", 1, 2), Optional.empty()))
        .withMessageContaining("the version that serves is not known: " + file + " is damaged (")
        .withMessageEndingWith("name it with --model-version");

    assertThat(file).hasContent("{");
  }

  @Test
  void theCommandChecksItsFolderFirst() throws IOException {
    files(1, "lynx", "3");
    String images = folder.resolve("images").toString();

    assertThat(CommandRun.of("baseline", "m", folder.resolve("none").toString()).err())
        .contains("none is not a folder");
    assertThat(CommandRun.of("baseline", "m", images).err())
        .contains("a baseline needs at least 400 images, better 4,000, but there are 1");
  }
}
