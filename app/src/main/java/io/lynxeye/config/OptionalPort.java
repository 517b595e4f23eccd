package io.lynxeye.config;

import java.util.List;

/**
 * A port that the server need not have.
 *
 * @param option that chooses it, as problems name it
 * @param host the address to listen on
 * @param port the port; 0 = any free one, -1 = none
 */
public record OptionalPort(String option, String host, int port) {

  /**
   * @throws ConfigException when there is no such port
   */
  public OptionalPort {
    if (port < -1 || port > 65_535) {
      throw new ConfigException(List.of(option + " " + port + " is not in -1..65535"));
    }
  }

  /** Whether there is such a port at all. */
  public boolean isOn() {
    return port >= 0;
  }
}
