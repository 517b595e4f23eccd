package io.lynxeye.engine;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.PrecisionOption;
import java.util.ArrayList;
import java.util.List;

/** The precisions that a SavedModel may run in on a device. */
final class PrecisionOptions {

  private static final String MANIFEST = "the manifest says so";

  private final Device device;
  private final Cpu cpu;

  PrecisionOptions(Device device, Cpu cpu) {
    this.device = device;
    this.cpu = cpu;
  }

  /**
   * The options of a version.
   *
   * @throws ModelLoadException when the manifest asks for a precision that is not available
   */
  List<PrecisionOption> of(ModelSource source) throws ModelLoadException {
    long bytes = ModelSize.ofFloat(source.folder());
    return switch (source.manifest().precision()) {
      case FP32 -> List.of(new PrecisionOption(Precision.FP32, MANIFEST, bytes, device.isGpu()));
      case BF16 -> List.of(bfloat16(bytes));
      case INT8 -> List.of(new Int8Variant(source).required(device));
      case AUTO -> automatic(source, bytes);
    };
  }

  private PrecisionOption bfloat16(long bytes) throws ModelLoadException {
    if (device.isGpu()) {
      throw new ModelLoadException(
          "precision=bf16 is for CPUs; on a GPU float32 runs in its matrix units (TF32): use precision=auto");
    }
    if (!cpu.canBfloat16()) {
      throw new ModelLoadException(
          "precision=bf16: this processor (%s) has no AVX-512, which TensorFlow needs for bfloat16: use precision=auto"
              .formatted(cpu.model()));
    }
    return new PrecisionOption(Precision.BF16, MANIFEST, bytes, false);
  }

  private List<PrecisionOption> automatic(ModelSource source, long bytes)
      throws ModelLoadException {
    if (device.isGpu()) {
      return List.of(
          new PrecisionOption(
              Precision.FP32, "on a GPU TensorFlow uses TF32 by itself", bytes, true));
    }
    List<PrecisionOption> options = new ArrayList<>();
    options.add(new PrecisionOption(Precision.FP32, "not measured", bytes, false));
    if (cpu.canBfloat16()) {
      options.add(new PrecisionOption(Precision.BF16, "", bytes, false));
    }
    new Int8Variant(source).allowed().ifPresent(options::add);
    return options.size() > 1
        ? options
        : List.of(options.get(0).because("this processor has no faster precision"));
  }
}
