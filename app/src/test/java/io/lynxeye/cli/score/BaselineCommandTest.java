package io.lynxeye.cli.score;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.cli.CommandRun;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.rollout.watch.BaselineFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
