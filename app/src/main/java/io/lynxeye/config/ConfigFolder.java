package io.lynxeye.config;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's settings are kept unless something else is said. */
public final class ConfigFolder {

  private ConfigFolder() {}

  /**
   * By the XDG base directory rules: {@code $XDG_CONFIG_HOME/lynxeye}, else {@code
   * ~/.config/lynxeye}.
   *
   * @param environment the process's environment variables
   * @param home the user's home folder
   */
  public static Path of(Map<String, String> environment, String home) {
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path base = xdg.isBlank() ? Path.of(home, ".config") : Path.of(xdg);
    return base.resolve("lynxeye");
  }
}
