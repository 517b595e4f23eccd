package io.lynxeye.engine.natives;

import java.nio.file.Path;
import java.util.Map;

/** The default folders of a user's cache and settings, by the XDG base directory rules. */
public final class UserFolders {

  private UserFolders() {}

  /**
   * The folder of unpacked native libraries and downloads: {@code $XDG_CACHE_HOME/lynxeye}, else
   * {@code ~/.cache/lynxeye}.
   *
   * @param environment the environment variables of the process
   * @param home the home folder of the user
   */
  public static Path of(Map<String, String> environment, String home) {
    return below("XDG_CACHE_HOME", ".cache", environment, home);
  }

  /** The cache folder of the user who runs this process. */
  public static Path ofThisUser() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * The folder of settings: {@code $XDG_CONFIG_HOME/lynxeye}, else {@code ~/.config/lynxeye}.
   *
   * @param environment the environment variables of the process
   * @param home the home folder of the user
   */
  public static Path config(Map<String, String> environment, String home) {
    return below("XDG_CONFIG_HOME", ".config", environment, home);
  }

  private static Path below(
      String variable, String fallback, Map<String, String> environment, String home) {
    String xdg = environment.getOrDefault(variable, "");
    return (xdg.isBlank() ? Path.of(home, fallback) : Path.of(xdg)).resolve("lynxeye");
  }
}
