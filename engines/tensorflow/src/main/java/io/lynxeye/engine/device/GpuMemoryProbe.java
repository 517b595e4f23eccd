package io.lynxeye.engine.device;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads each GPU's memory use from the driver's management library (NVML), not from CUDA: see
 * {@link GpuProbe}. Thread-safe.
 */
public final class GpuMemoryProbe {

  /**
   * One GPU's memory in bytes.
   *
   * @param gpu its number as the driver counts, independent of {@code CUDA_VISIBLE_DEVICES}
   */
  public record Reading(int gpu, long used, long total) {}

  private static final int FIELDS = 3; // total, free, used: the C structure nvmlMemory_t.

  private final List<NativeLibrary> nvml;

  private GpuMemoryProbe(List<NativeLibrary> nvml) {
    this.nvml = nvml;
  }

  /** Opens the library if there is one. It stays open, because opening it is slow. */
  public static GpuMemoryProbe open() {
    try {
      NativeLibrary library = NativeLibrary.getInstance("libnvidia-ml.so.1");
      boolean works = call(library, "nvmlInit_v2") == 0;
      return new GpuMemoryProbe(works ? List.of(library) : List.of());
    } catch (LinkageError e) { // No driver; or JNA cannot unpack itself. The figures are optional.
      return new GpuMemoryProbe(List.of());
    }
  }

  /** Reads every GPU that reports its memory; empty without a driver. */
  public List<Reading> read() {
    List<Reading> readings = new ArrayList<>();
    for (NativeLibrary library : nvml) {
      IntByReference count = new IntByReference();
      int gpus = call(library, "nvmlDeviceGetCount_v2", count) == 0 ? count.getValue() : 0;
      for (int gpu = 0; gpu < gpus; gpu++) {
        readings.addAll(read(library, gpu));
      }
    }
    return readings;
  }

  private static List<Reading> read(NativeLibrary library, int gpu) {
    PointerByReference device = new PointerByReference();
    try (Memory memory = new Memory((long) FIELDS * Long.BYTES)) {
      boolean succeeded =
          call(library, "nvmlDeviceGetHandleByIndex_v2", gpu, device) == 0
              && call(library, "nvmlDeviceGetMemoryInfo", device.getValue(), memory) == 0;
      return succeeded
          ? List.of(new Reading(gpu, memory.getLong(2 * Long.BYTES), memory.getLong(0)))
          : List.of();
    }
  }

  private static int call(NativeLibrary library, String function, Object... arguments) {
    Function target = library.getFunction(function);
    return target.invokeInt(arguments);
  }
}
