package io.lynxeye.engine.device;

/** A GPU was requested and cannot be used. The message says why and what to do. */
public final class DeviceUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  public DeviceUnavailableException(String message) {
    super(message);
  }
}
