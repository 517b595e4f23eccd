package io.lynxeye.engine.device;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device of one model, from {@code load_on_devices} as DJL Serving defines it: {@code cpu},
 * {@code gpu0}, {@code 0}, {@code -1} (the CPU) or {@code *} (the server's device). A process uses
 * one GPU, so a model runs there or on the CPU.
 */
public final class Placement {

  private static final String KEY = "load_on_devices";
  private static final Pattern FORM = Pattern.compile("(cpu[0-9]*|-[0-9]+)|(?:gpu)?([0-9]{0,3})");

  private Placement() {}

  /**
   * Chooses the device of a model.
   *
   * @param server the server's device
   * @return the server's device, or the CPU
   * @throws ModelLoadException when another device is requested, or several
   */
  public static Device of(ModelManifest manifest, Device server) throws ModelLoadException {
    String text = text(manifest);
    if (text.equals("*")) {
      return server;
    }
    List<String> names = Arrays.stream(text.split(";", -1)).map(String::trim).distinct().toList();
    if (names.size() > 1 || text.contains("+")) {
      throw new ModelLoadException(
          KEY + "=" + text + ": name one device; to use several GPUs, run a replica on each");
    }
    Matcher device = FORM.matcher(names.get(0));
    if (!device.matches()) {
      throw new ModelLoadException(
          KEY + "=" + text + " is not a device: use cpu, gpu0 (counted from 0) or *");
    }
    return device.group(1) != null || names.get(0).isEmpty()
        ? Device.cpu(KEY)
        : gpu(text, device.group(2), server);
  }

  /** Whether the manifest names a device, rather than leaving it to the server. */
  public static boolean isAskedFor(ModelManifest manifest) {
    return !text(manifest).equals("*");
  }

  private static String text(ModelManifest manifest) {
    return manifest.devices().orElse("*").trim();
  }

  private static Device gpu(String text, String index, Device server) throws ModelLoadException {
    if (!server.isGpu()) {
      throw new ModelLoadException(
          "%s=%s: this server runs on the CPU (%s)".formatted(KEY, text, server.reason()));
    }
    if (!index.isEmpty() && Integer.parseInt(index) != server.gpuIndex()) {
      throw new ModelLoadException(
          "%s=%s: this server runs on %s, and a process uses one GPU; start another process with --device gpu:%s"
              .formatted(KEY, text, server.name(), index));
    }
    return server;
  }
}
