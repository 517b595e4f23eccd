package io.lynxeye.cli;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.tuning.Trial;
import io.lynxeye.tuning.TuningCache;
import io.lynxeye.tuning.Wishes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The other side of {@link TrialProcess}: measures the model described on standard input, and
 * leaves the answer in the cache.
 */
@Command(name = TrialCommand.NAME, hidden = true)
final class TrialCommand implements Callable<Integer> {

  static final String NAME = "trial";

  /** What is no key of a manifest stands before all of them. */
  private static final String OURS = "trial:";

  @Option(names = "--workers")
  private Optional<Integer> workers;

  @Option(names = "--batch-size")
  private Optional<Integer> batchSize;

  @Mixin private Places places;
  @Mixin private EngineOptions engine;

  /** What {@link #call} reads. */
  static Properties describe(ModelSource source, String question) {
    Properties description = new Properties();
    description.putAll(source.manifest().arguments());
    description.setProperty(OURS + "folder", source.folder().toString());
    description.setProperty(OURS + "format", source.files().format().name());
    description.setProperty(OURS + "file", source.files().file());
    description.setProperty(OURS + "question", question);
    return description;
  }

  @Override
  public Integer call() throws Failure {
    engine.check();
    Properties description = new Properties();
    try {
      description.load(System.in);
    } catch (IOException e) {
      throw new Failure(e);
    }
    EngineLoader loader = engine.start(places.cache(), ConsoleProgress.standard());
    TuningCache cache = new TuningCache(places.cache().resolve("tuning"));
    Wishes wishes = new Wishes(optional(workers), optional(batchSize), engine.threads());
    try {
      new Trial(loader, cache, loader.tuner(() -> false))
          .measure(source(description), wishes, description.getProperty(OURS + "question"));
      return Lynxeye.OK;
    } catch (ModelLoadException e) {
      throw new Failure(e.getMessage());
    }
  }

  private static ModelSource source(Properties description) {
    Map<String, String> manifest = new TreeMap<>();
    for (String key : description.stringPropertyNames()) {
      if (!key.startsWith(OURS)) {
        manifest.put(key, description.getProperty(key));
      }
    }
    return new ModelSource(
        new ModelId(NAME, 1),
        new ModelFiles(
            Path.of(description.getProperty(OURS + "folder")),
            ModelFormat.valueOf(description.getProperty(OURS + "format")),
            description.getProperty(OURS + "file"),
            ""),
        ModelManifest.of(manifest));
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }
}
