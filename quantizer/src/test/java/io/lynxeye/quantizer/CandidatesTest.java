package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.PrecisionOption;
import io.lynxeye.serving.tuning.TunableLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

class CandidatesTest {

  @TempDir Path store;

  /** What was loaded: the source, and the files that lay in its folder. */
  private record Load(ModelSource source, Set<String> files) {}

  private static final class RecordingLoader implements TunableLoader {

    private final List<Load> loads = new ArrayList<>();

    @Override
    public List<PrecisionOption> precisions(ModelSource source) {
      return List.of(new PrecisionOption(Precision.FP32, "", 0, false));
    }

    @Override
    public LoadedModel load(ModelSource source) {
      loads.add(new Load(source, files(source.folder())));
      return new StubModel(Takes.BOTH, input -> ModelOutput.ofScores("scores", new float[1]));
    }

    @Override
    public LoadedModel load(ModelSource source, Tuning tuning, PrecisionOption precision) {
      return load(source);
    }
  }

  private static Set<String> files(Path folder) {
    try (var all = Files.walk(folder)) {
      Set<String> names = new TreeSet<>();
      all.filter(Files::isRegularFile)
          .forEach(file -> names.add(folder.relativize(file).toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void file(String name, byte... content) throws IOException {
    Path file = store.resolve("m/1").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  @Test
  void aCandidateHasAllFilesOfItsVersionButTheModelAndItsInt8Variants() throws Exception {
    byte[] model =
        SavedModel.newBuilder()
            .addMetaGraphs(MetaGraphDef.getDefaultInstance())
            .build()
            .toByteArray();
    file("saved_model/saved_model.pb", model);
    file("saved_model/assets/words.txt");
    file("names.txt");
    file("libs/translator.jar");
    file("int8/saved_model.pb");
    file(".int8-replaced/saved_model.pb");
    ModelSource source =
        new ModelSource(
            new ModelId("m", 1),
            new ModelFiles(
                store.resolve("m/1"), ModelFormat.SAVED_MODEL, "saved_model/saved_model.pb", ""),
            ModelManifest.of(Map.of("synsetFileName", "names.txt", "precision", "int8")));
    RecordingLoader loader = new RecordingLoader();
    Candidates candidates =
        new Candidates(
            loader,
            source,
            ModelGraphFile.read(source),
            Files.createDirectory(store.resolve(".scratch")),
            new Tuning(1, 1, new EngineThreads(1, 1), false));

    candidates.load(List.of(), Map.of()).close();
    candidates.load(List.of(), Map.of()).close();

    assertThat(loader.loads).hasSize(2);
    for (Load load : loader.loads) {
      assertThat(load.files())
          .containsExactlyInAnyOrder(
              "saved_model/saved_model.pb",
              "saved_model/assets/words.txt",
              "names.txt",
              "libs/translator.jar");
      assertThat(load.source().modelFile())
          .isEqualTo(load.source().folder().resolve("saved_model/saved_model.pb"));
      assertThat(load.source().manifest().precision()).isEqualTo(Precision.FP32);
      assertThat(load.source().manifest().arguments()).containsEntry("synsetFileName", "names.txt");
    }
    assertThat(loader.loads.get(0).source()).isNotEqualTo(loader.loads.get(1).source());
    assertThat(files(store.resolve(".scratch")))
        .noneMatch(file -> file.endsWith("saved_model.pb")); // Deleted once it is loaded.
  }
}
