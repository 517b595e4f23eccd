package io.lynxeye.engine.device;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.lynxeye.engine.natives.CudaLibraries;
import io.lynxeye.engine.natives.SharedLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
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
 * Checks what a GPU needs before TensorFlow starts, so that an error can name what is missing. Asks
 * the management library (NVML) for the GPUs, not CUDA: CUDA reads {@code CUDA_VISIBLE_DEVICES}
 * once, at the first call in a process, and that must not happen before the device is chosen.
 */
public final class GpuProbe {

  /** The libraries that TensorFlow's build for GPUs opens; if one is missing, it uses no GPU. */
  public static final List<String> LIBRARIES =
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

  /** Probes the machine; takes milliseconds without a driver. */
  public static GpuReport probe() {
    boolean driver = SharedLibraries.canOpen("libcuda.so.1");
    if (!driver) {
      return GpuReport.NONE;
    }
    TensorFlowBuild build = TensorFlowBuild.ofThisProcess();
    Map<String, Boolean> libraries = new LinkedHashMap<>();
    LIBRARIES.forEach(name -> libraries.put(name, SharedLibraries.canOpen(name)));
    List<String> all = gpus();
    return new GpuReport(
        true, VisibleGpus.names(VisibleGpus.ids(userVisible(), all.size()), all), libraries, build);
  }

  /**
   * Returns each CUDA library that a GPU needs with the file it is loaded from; empty if it cannot
   * be opened. Opens them all, so do not call it in a process that should stay small.
   */
  public static Map<String, Optional<Path>> cudaPlaces() {
    return SharedLibraries.open(CudaLibraries.areWanted() ? CudaLibraries.names() : LIBRARIES);
  }

  /**
   * Returns the value of {@code CUDA_VISIBLE_DEVICES} that shows this process one GPU only.
   *
   * @param index as this process counts its visible GPUs; -1 for none
   */
  public static String visibleAlone(int index) {
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
