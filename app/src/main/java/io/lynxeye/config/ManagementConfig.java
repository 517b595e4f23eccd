package io.lynxeye.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Where administrators reach the server. Whoever does can run code there, as models may bring some.
 *
 * @param host the address to listen on
 * @param port the port; 0 = any free one, -1 = none
 */
public record ManagementConfig(String host, int port) {

  /**
   * @throws ConfigException with every problem there is
   */
  public ManagementConfig {
    List<String> problems = new ArrayList<>();
    if (host.isBlank()) {
      problems.add("management-host is empty");
    }
    if (port < -1 || port > 65_535) {
      problems.add("management-port " + port + " is not in -1..65535");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Whether there is such a port at all. */
  public boolean isOn() {
    return port >= 0;
  }
}
