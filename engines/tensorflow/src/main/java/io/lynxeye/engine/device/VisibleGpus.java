package io.lynxeye.engine.device;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The GPUs visible to this process through {@code CUDA_VISIBLE_DEVICES}. A scheduler or a user may
 * have set it; {@code gpu:1} then means the second visible GPU.
 */
final class VisibleGpus {

  private VisibleGpus() {}

  /**
   * Applies CUDA's rules: the first entry that names no GPU hides all entries after it.
   *
   * @param variable the variable's value; null when it is not set, which shows every GPU
   * @param count how many GPUs the machine has
   * @return a number or a UUID for each, in the order this process counts them
   */
  static List<String> ids(String variable, int count) {
    if (variable == null) {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
    List<String> ids = new ArrayList<>();
    for (String entry : variable.split(",", -1)) {
      String id = entry.trim();
      boolean isUuid = id.startsWith("GPU-") || id.startsWith("MIG-");
      if (!isUuid && !isIndex(id, count)) {
        break;
      }
      ids.add(id);
    }
    return ids;
  }

  private static boolean isIndex(String id, int count) {
    return id.matches("[0-9]{1,3}") && Integer.parseInt(id) < count;
  }

  /** Returns the names of those GPUs; a UUID is not resolved to a name. */
  static List<String> names(List<String> ids, List<String> all) {
    return ids.stream()
        .map(id -> isIndex(id, all.size()) ? all.get(Integer.parseInt(id)) : "NVIDIA GPU " + id)
        .toList();
  }
}
