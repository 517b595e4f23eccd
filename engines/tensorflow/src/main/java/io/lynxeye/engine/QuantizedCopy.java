package io.lynxeye.engine;

import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.PrecisionOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The copy of a SavedModel in 8-bit integers, in a folder of its own below it. */
final class QuantizedCopy {

  /** The folder's name. */
  static final String FOLDER = "int8";

  private QuantizedCopy() {}

  /** The folder of a version's copy, whether it exists or not. */
  static Path folder(ModelSource source) {
    return source.modelFolder().resolve(FOLDER);
  }

  private static boolean exists(ModelSource source) {
    return Files.isRegularFile(folder(source).resolve("saved_model.pb"));
  }

  /** The copy, where the manifest asks for it. */
  static PrecisionOption required(ModelSource source, Device device) throws ModelLoadException {
    if (device.isGpu()) {
      throw new ModelLoadException("precision=int8 is for CPUs: use precision=auto");
    }
    if (!exists(source)) {
      throw new ModelLoadException(
          "precision=int8: the version has no folder %s: create it with ./lynxeye quantize %s"
              .formatted(FOLDER, source.id().name()));
    }
    return new PrecisionOption(
        Precision.INT8, "the manifest says so", ModelSize.of(folder(source)), false);
  }

  /** The copy, if it keeps the share of labels that the manifest asks for. */
  static Optional<PrecisionOption> allowed(ModelSource source) {
    return Optional.empty();
  }
}
