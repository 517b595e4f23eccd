package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.FixedSettings;
import io.lynxeye.serving.tuning.InProcessTuning;
import io.lynxeye.serving.tuning.MeasurementCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The child process of {@link TuningProcess}: measures the model described on standard input and
 * stores the result in the cache.
 */
@Command(name = TuningCommand.NAME, hidden = true)
public final class TuningCommand implements Callable<Integer> {

  static final String NAME = "tune";

  static final String CHECK_ONLY = "--check-only";

  private static final int TIMEOUT_SECONDS = 150;

  /** Prefix of properties that are not keys of the manifest. */
  private static final String PREFIX = "tune:";

  @Option(names = "--workers")
  private Optional<Integer> workers;

  @Option(names = "--batch-size")
  private Optional<Integer> batchSize;

  @Option(names = "--solo-session", arity = "1")
  private Optional<Boolean> soloSession;

  @Option(names = CHECK_ONLY)
  private Optional<Precision> checkOnly;

  @Mixin private StoreOptions store;
  @Mixin private EngineOptions engine;

  /** Describes a model as {@link #call} reads it. */
  static Properties describe(ModelSource source) {
    Properties description = new Properties();
    description.putAll(source.manifest().arguments());
    description.setProperty(PREFIX + "folder", source.folder().toString());
    description.setProperty(PREFIX + "format", source.files().format().name());
    description.setProperty(PREFIX + "file", source.files().file());
    description.setProperty(PREFIX + "fingerprint", source.files().fingerprint());
    return description;
  }

  @Override
  public Integer call() throws Failure, IOException {
    engine.check();
    startWatchdog();
    Properties description = new Properties();
    description.load(System.in);
    EngineLoader loader = engine.start(store.cache(), ConsoleProgress.standard());
    MeasurementCache cache = MeasurementCache.below(store.cache());
    FixedSettings fixed = FixedSettings.of(workers, batchSize, engine.threads(), soloSession);
    try {
      new InProcessTuning(loader.tuner(cache, () -> false))
          .run(source(description), fixed, checkOnly);
      return ExitCode.OK;
    } catch (ModelLoadException e) {
      throw new Failure(e.getMessage());
    }
  }

  /** Ends the process if the parent has ended or the engine hangs. */
  private static void startWatchdog() {
    Thread watchdog =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(TIMEOUT_SECONDS);
                Runtime.getRuntime().halt(ExitCode.SOFTWARE);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  /** Returns the model that {@link #describe} has described, with another id. */
  static ModelSource source(Properties description) {
    Map<String, String> manifest = new TreeMap<>();
    for (String key : description.stringPropertyNames()) {
      if (!key.startsWith(PREFIX)) {
        manifest.put(key, description.getProperty(key));
      }
    }
    return new ModelSource(
        new ModelId(NAME, 1),
        new ModelFiles(
            Path.of(description.getProperty(PREFIX + "folder")),
            ModelFormat.valueOf(description.getProperty(PREFIX + "format")),
            description.getProperty(PREFIX + "file"),
            description.getProperty(PREFIX + "fingerprint")),
        ModelManifest.of(manifest));
  }
}
