package io.lynxeye.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.EngineRing;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real ResNet50 against copies of itself, on the samples. Times have no limit. */
@Tag("engine")
@Timeout(300)
class DryRunEngineTest {

  private static final ModelSettings SETTINGS =
      ModelSettings.of(Map.of("rollout", "shadow", "rollout.max_latency_ratio", "1000"));

  private static final List<String> SAMPLES =
      Stream.of("lynx", "wall_clock", "balloon")
          .map(name -> Path.of("..", "samples", name + ".jpg").toString())
          .toList();

  @TempDir private Path folder;
  private final EngineRing ring = EngineRing.get(); // It fills the store.

  private DryRunCommand.Result compareWithLabelsMovedBy(int places) throws Exception {
    ModelSource first = EngineRing.source(EngineRing.PIXELS);
    Path files = Files.createDirectories(folder.resolve("2"));
    try (Stream<Path> paths = Files.list(first.folder())) {
      for (Path path : paths.filter(file -> !file.endsWith("synset.txt")).toList()) {
        Files.createSymbolicLink(files.resolve(path.getFileName()), path.toAbsolutePath());
      }
    }
    List<String> labels = new ArrayList<>(Files.readAllLines(first.folder().resolve("synset.txt")));
    Collections.rotate(labels, places);
    Files.write(files.resolve("synset.txt"), labels);
    ModelSource second =
        new ModelSource(
            new ModelId(EngineRing.PIXELS, 2),
            new ModelFiles(files, first.files().format(), first.files().file(), ""),
            first.manifest());
    StoredModel both = new StoredModel(EngineRing.PIXELS, SETTINGS, List.of(first, second));
    DryRunCommand.Pair pair = DryRunCommand.Pair.of(both, Optional.empty(), Optional.empty());
    return DryRunCommand.compare(ring.loader(), pair, SAMPLES, Progress.silent());
  }

  /** Three images that all differ are enough: Beta-binomial bounds, decision 89. */
  @Test
  void aVersionWhoseLabelsAreShiftedFails() throws Exception {
    DryRunCommand.Result result = compareWithLabelsMovedBy(1);

    assertThat(RolloutText.of(result.facts())).contains("verdict    FAIL", "agreement 0 (");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void anIdenticalCopyIsUndecidedAfterThreeImages() throws Exception {
    DryRunCommand.Result result = compareWithLabelsMovedBy(0);

    assertThat(RolloutText.of(result.facts()))
        .contains(
            "images     3",
            "note       fewer than rollout.min_images=500; about 497 more images like these");
    assertThat(result.exitCode()).isEqualTo(DryRunCommand.UNDECIDED);
  }
}
