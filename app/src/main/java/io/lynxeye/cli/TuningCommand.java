package io.lynxeye.cli;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.tuning.FixedSettings;
import io.lynxeye.tuning.InProcessTuning;
import io.lynxeye.tuning.TuningCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The other side of {@link TuningProcess}: measures the model described on standard input, and
 * leaves the answer in the cache.
 */
@Command(name = TuningCommand.NAME, hidden = true)
final class TuningCommand implements Callable<Integer> {

  static final String NAME = "tune";

  private static final int AT_MOST_SECONDS = 150;

  /** What is no key of a manifest stands before all of them. */
  private static final String OURS = "tune:";

  @Option(names = "--workers")
  private Optional<Integer> workers;

  @Option(names = "--batch-size")
  private Optional<Integer> batchSize;

  @Mixin private Places places;
  @Mixin private EngineOptions engine;

  /** What {@link #call} reads. */
  static Properties describe(ModelSource source, String key) {
    Properties description = new Properties();
    description.putAll(source.manifest().arguments());
    description.setProperty(OURS + "folder", source.folder().toString());
    description.setProperty(OURS + "format", source.files().format().name());
    description.setProperty(OURS + "file", source.files().file());
    description.setProperty(OURS + "key", key);
    return description;
  }

  @Override
  public Integer call() throws Failure {
    engine.check();
    endInTime();
    Properties description = new Properties();
    try {
      description.load(System.in);
    } catch (IOException e) {
      throw new Failure(e);
    }
    EngineLoader loader = engine.start(places.cache(), ConsoleProgress.standard());
    TuningCache cache = TuningCache.below(places.cache());
    FixedSettings fixed = FixedSettings.of(workers, batchSize, engine.threads());
    try {
      new InProcessTuning(loader, cache, loader.tuner(() -> false))
          .measure(source(description), fixed, description.getProperty(OURS + "key"));
      return Lynxeye.OK;
    } catch (ModelLoadException e) {
      throw new Failure(e.getMessage());
    }
  }

  /** Should the process that waits for this one be gone, or an engine never come back. */
  private static void endInTime() {
    Thread watchdog =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(AT_MOST_SECONDS);
                Runtime.getRuntime().halt(Lynxeye.FAILED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  /** What {@link #describe} was told, under another id. */
  static ModelSource source(Properties description) {
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
}
