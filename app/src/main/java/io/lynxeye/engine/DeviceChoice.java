package io.lynxeye.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --device} asked for.
 *
 * @param kind where to run
 * @param index which GPU, counted from 0; 0 unless {@code gpu:N} was said
 */
public record DeviceChoice(Kind kind, int index) {

  /** Where to run. */
  public enum Kind {
    /** A GPU where a usable one is, else the CPU. */
    AUTO,
    CPU,
    /** A GPU or not at all. */
    GPU
  }

  private static final Pattern FORM = Pattern.compile("auto|cpu|gpu(?::([0-9]{1,3}))?");

  /**
   * Reads what the option said.
   *
   * @param text {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
   * @throws IllegalArgumentException for any other text
   */
  public static DeviceChoice parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no device: use auto, cpu, gpu or gpu:N (N counts from 0)");
    }
    if (text.startsWith("gpu")) {
      String index = matcher.group(1);
      return new DeviceChoice(Kind.GPU, index == null ? 0 : Integer.parseInt(index));
    }
    return new DeviceChoice(text.equals("cpu") ? Kind.CPU : Kind.AUTO, 0);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case GPU -> "gpu:" + index;
    };
  }
}
