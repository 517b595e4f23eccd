package io.lynxeye.engine;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;

/**
 * The precision that a model is computed in, and why.
 *
 * @param precision {@code FP32} or {@code BF16}; {@code AUTO} = bfloat16 if the model passes the
 *     precision check
 * @param reason for the log
 */
record PrecisionChoice(Precision precision, String reason) {

  /**
   * @param wanted the manifest's value
   * @throws ModelLoadException when bfloat16 is requested where it is not available
   */
  static PrecisionChoice of(Precision wanted, Device device, Cpu cpu) throws ModelLoadException {
    return switch (wanted) {
      case FP32 -> new PrecisionChoice(Precision.FP32, "the manifest says so");
      case BF16 -> bfloat16(device, cpu);
      case AUTO -> automatic(device, cpu);
    };
  }

  private static PrecisionChoice bfloat16(Device device, Cpu cpu) throws ModelLoadException {
    if (device.isGpu()) {
      throw new ModelLoadException(
          "precision=bf16 is for CPUs; on a GPU float32 runs in its matrix units (TF32): use precision=auto");
    }
    if (!cpu.canBfloat16()) {
      throw new ModelLoadException(
          "precision=bf16: this processor (%s) has no AVX-512, which TensorFlow needs for bfloat16: use precision=auto"
              .formatted(cpu.model()));
    }
    return new PrecisionChoice(
        Precision.BF16,
        cpu.hasBfloat16MatrixUnits()
            ? "the manifest says so"
            : "the manifest says so; slower than fp32 on a processor without AMX");
  }

  private static PrecisionChoice automatic(Device device, Cpu cpu) {
    if (device.isGpu()) {
      return new PrecisionChoice(Precision.FP32, "on a GPU TensorFlow uses TF32 by itself");
    }
    return cpu.hasBfloat16MatrixUnits()
        ? new PrecisionChoice(Precision.AUTO, "this processor has matrix units for bf16 (AMX)")
        : new PrecisionChoice(Precision.FP32, "this processor has no matrix units for bf16 (AMX)");
  }
}
