package io.lynxeye.engine.device;

/**
 * The device that models run on. It holds for the whole process, because TensorFlow chooses once.
 *
 * @param gpuIndex the GPU's number among those this process may use; -1 for the CPU
 * @param name {@code cpu} or {@code gpu:0 (NVIDIA H200)}
 * @param reason why this device was chosen, for the log
 */
public record Device(int gpuIndex, String name, String reason) {

  public static Device cpu(String reason) {
    return new Device(-1, "cpu", reason);
  }

  public static Device gpu(int index, String model, String reason) {
    return new Device(index, "gpu:" + index + " (" + model + ")", reason);
  }

  public boolean isGpu() {
    return gpuIndex >= 0;
  }

  /**
   * Chooses the device from the request and what the machine has.
   *
   * @throws DeviceUnavailableException when a GPU was requested and none can be used
   */
  public static Device choose(DeviceChoice choice, GpuReport report)
      throws DeviceUnavailableException {
    if (choice.kind() == DeviceChoice.Kind.CPU) {
      return cpu("requested");
    }
    String problems = String.join("; ", report.problems());
    int index = choice.index();
    if (problems.isEmpty() && index >= report.gpus().size()) {
      problems =
          "no device %d: this machine has %d GPU(s), counted from 0"
              .formatted(index, report.gpus().size());
    }
    if (problems.isEmpty()) {
      String reason = choice.kind() == DeviceChoice.Kind.GPU ? "requested" : "usable GPU found";
      return gpu(index, report.gpus().get(index), reason);
    }
    if (choice.kind() == DeviceChoice.Kind.GPU) {
      throw new DeviceUnavailableException(problems);
    }
    return cpu(report.driver() ? problems : "no NVIDIA driver");
  }
}
