package io.lynxeye.config;

import java.util.List;

/** The configuration is invalid; the message lists every problem. */
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public ConfigException(List<String> problems) {
    super(String.join("; ", problems));
  }
}
