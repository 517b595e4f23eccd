package io.lynxeye.engine.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device that {@code --device} requests.
 *
 * @param kind where to run
 * @param index which GPU, counted from 0; 0 unless {@code gpu:N} was given
 */
public record DeviceChoice(Kind kind, int index) {

  /** Where to run. */
  public enum Kind {
    /** A usable GPU if there is one, otherwise the CPU. */
    AUTO,
    CPU,
    /** A GPU, or the start fails. */
    GPU
  }

  private static final Pattern FORM = Pattern.compile("auto|cpu|gpu(?::([0-9]{1,3}))?");

  /**
   * Parses the option's value.
   *
   * @param text {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
   * @throws IllegalArgumentException for any other text
   */
  public static DeviceChoice parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a device: use auto, cpu, gpu or gpu:N (N counts from 0)");
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
