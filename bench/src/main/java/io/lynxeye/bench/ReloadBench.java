package io.lynxeye.bench;

import io.lynxeye.config.CacheFolder;
import io.lynxeye.engine.DeviceChoice;
import io.lynxeye.engine.EngineConfig;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads, scores with and frees a SavedModel again and again in one process, and tells what the
 * process holds of the machine's memory each time: does a freed model give its memory back?
 *
 * <p>Arguments: a version's folder, a picture, how often. Set {@code MALLOC_ARENA_MAX=2} as the
 * launcher does.
 */
public final class ReloadBench {

  private ReloadBench() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    byte[] picture = Files.readAllBytes(Path.of(args[1]));
    EngineConfig config =
        new EngineConfig(DeviceChoice.parse("cpu"), CacheFolder.ofThisUser(), 0, 0);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    EngineLoader loader =
        new EngineLoader(engine, config, new ImageDecoder(DecodeLimits.defaults()));
    ModelSource source =
        new ModelSource(
            new ModelId("reloaded", 1),
            new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.read(folder));
    System.out.printf(
        "before: %,d MB%n| load | loaded MB | freed MB | s to free |%n|---|---|---|---|%n",
        residentMb());
    for (int i = 1; i <= Integer.parseInt(args[2]); i++) {
      LoadedModel model = loader.load(source);
      model.run(List.of(model.prepare(picture)));
      long loaded = residentMb();
      long start = System.nanoTime();
      model.close();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("| %d | %,d | %,d | %.2f |%n", i, loaded, residentMb(), seconds);
    }
  }

  private static long residentMb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }
}
