package io.lynxeye.engine;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks for what a GPU needs before TensorFlow is started, so that its absence can be named. Asks
 * the management library (NVML) for the GPUs, not CUDA: CUDA reads {@code CUDA_VISIBLE_DEVICES}
 * once, at its first call in a process, and that must not happen before the device is chosen.
 */
public final class GpuProbe {

  /** What TensorFlow 2.16.1 opens; it uses no GPU when one of these is missing. */
  static final List<String> LIBRARIES =
      List.of(
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcufft.so.11",
          "libcusolver.so.11",
          "libcusparse.so.12",
          "libcudnn.so.8");

  private static final int NAME_BYTES = 96;

  private GpuProbe() {}

  /** Looks now; takes milliseconds on a machine without a driver. */
  public static GpuReport probe() {
    boolean driver = SharedLibraries.canOpen("libcuda.so.1");
    if (!driver) {
      return GpuReport.NONE;
    }
    Map<String, Boolean> libraries = new LinkedHashMap<>();
    LIBRARIES.forEach(name -> libraries.put(name, SharedLibraries.canOpen(name)));
    List<String> all = gpus();
    return new GpuReport(
        true, VisibleGpus.names(VisibleGpus.ids(userVisible(), all.size()), all), libraries);
  }

  /**
   * Each CUDA library that a GPU needs, and the file it is taken from; none where it cannot be
   * opened. Opens them, so this is not for a process that is to keep its memory small.
   */
  public static Map<String, Optional<Path>> cudaPlaces() {
    return SharedLibraries.open(CudaLibraries.areWanted() ? CudaLibraries.names() : LIBRARIES);
  }

  /**
   * What {@code CUDA_VISIBLE_DEVICES} is to be so that this process sees one GPU alone.
   *
   * @param index as this process counts the GPUs it may use; -1 for none
   */
  static String visibleAlone(int index) {
    return index < 0 ? "-1" : VisibleGpus.ids(userVisible(), gpus().size()).get(index);
  }

  private static String userVisible() {
    return System.getenv("CUDA_VISIBLE_DEVICES");
  }

  private static List<String> gpus() {
    try {
      return managedGpus(NativeLibrary.getInstance("libnvidia-ml.so.1"));
    } catch (UnsatisfiedLinkError e) {
      return deviceNodes(); // A container may have the driver without its management library.
    }
  }

  private static List<String> managedGpus(NativeLibrary nvml) {
    IntByReference count = new IntByReference();
    if (call(nvml, "nvmlInit_v2") != 0 || call(nvml, "nvmlDeviceGetCount_v2", count) != 0) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try (Memory name = new Memory(NAME_BYTES)) {
      for (int i = 0; i < count.getValue(); i++) {
        PointerByReference device = new PointerByReference();
        boolean named =
            call(nvml, "nvmlDeviceGetHandleByIndex_v2", i, device) == 0
                && call(nvml, "nvmlDeviceGetName", device.getValue(), name, NAME_BYTES) == 0;
        names.add(named ? name.getString(0, StandardCharsets.UTF_8.name()) : "NVIDIA GPU");
      }
    }
    call(nvml, "nvmlShutdown");
    return names;
  }

  private static int call(NativeLibrary library, String function, Object... arguments) {
    Function target = library.getFunction(function);
    return target.invokeInt(arguments);
  }

  private static List<String> deviceNodes() {
    try (Stream<Path> nodes = Files.list(Path.of("/dev"))) {
      return nodes
          .filter(node -> node.getFileName().toString().matches("nvidia[0-9]+"))
          .map(node -> "NVIDIA GPU")
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
