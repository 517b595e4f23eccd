package io.lynxeye.engine.device;

import io.lynxeye.engine.natives.TensorFlowBuild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What TensorFlow needs to use an NVIDIA GPU, and whether this machine has it.
 *
 * @param driver whether the driver's library {@code libcuda.so.1} can be loaded
 * @param gpus names of the GPUs visible to this process, in its order
 * @param libraries each CUDA library TensorFlow opens, and whether it can be loaded
 * @param build the libraries of TensorFlow in this process
 */
public record GpuReport(
    boolean driver, List<String> gpus, Map<String, Boolean> libraries, TensorFlowBuild build) {

  /** A machine without a driver, GPU or library. */
  public static final GpuReport NONE = new GpuReport(false, List.of(), Map.of());

  /** A machine on which the build for GPUs was chosen. */
  public GpuReport(boolean driver, List<String> gpus, Map<String, Boolean> libraries) {
    this(driver, gpus, libraries, TensorFlowBuild.CUDA);
  }

  /** Returns why no GPU can be used, each reason with its cure; empty when one can. */
  public List<String> problems() {
    if (!driver) {
      return List.of(
          "no NVIDIA driver: libcuda.so.1 is not on this machine; install the driver, or in a"
              + " container start it with the NVIDIA runtime (--gpus all)");
    }
    if (!build.usesGpus()) {
      return List.of(
          build == TensorFlowBuild.CPU_ARM64
              ? "no GPU support: TensorFlow's build for GPUs needs an x86-64 processor"
              : "this process has TensorFlow's build for CPUs, which the launcher chooses with --device cpu or when it"
                  + " finds no libcuda.so.1 in LD_LIBRARY_PATH or /etc/ld.so.cache: run ldconfig and start again");
    }
    List<String> problems = new ArrayList<>();
    if (gpus.isEmpty()) {
      problems.add(
          "no device: the driver is installed but shows no GPU; check nvidia-smi and CUDA_VISIBLE_DEVICES, or in a"
              + " container request one (--gpus all, nvidia.com/gpu: 1)");
    }
    List<String> missing =
        libraries.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).toList();
    if (!missing.isEmpty()) {
      problems.add(
          "CUDA library missing: "
              + String.join(", ", missing)
              + "; start with --with-cuda, which fetches CUDA 12.3 and cuDNN 8.9 (2 GB once), or put"
              + " the folder that holds them on LD_LIBRARY_PATH");
    }
    return problems;
  }
}
