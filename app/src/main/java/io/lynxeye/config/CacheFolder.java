package io.lynxeye.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a user's unpacked native libraries and downloads are kept unless something else is said.
 */
public final class CacheFolder {

  private CacheFolder() {}

  /**
   * By the XDG base directory rules: {@code $XDG_CACHE_HOME/lynxeye}, else {@code
   * ~/.cache/lynxeye}.
   *
   * @param environment the process's environment variables
   * @param home the user's home folder
   */
  public static Path of(Map<String, String> environment, String home) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
    return base.resolve("lynxeye");
  }

  /** For this process's user. */
  public static Path ofThisUser() {
    return of(System.getenv(), System.getProperty("user.home"));
  }
}
