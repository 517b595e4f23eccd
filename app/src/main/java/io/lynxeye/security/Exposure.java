package io.lynxeye.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Whether a server may listen where it is told to: beyond this machine only with keys. */
public final class Exposure {

  /** What was said about authentication. */
  public enum Auth {
    /** Keys must be shown. */
    keys,
    /** Said aloud: everybody may score. */
    none
  }

  private static final String CURE =
      "make keys with: lynxeye keys generate, or in a container set LYNXEYE_PRIMARY_KEY; or listen"
          + " on 127.0.0.1";

  private Exposure() {}

  /**
   * Why a server may not start.
   *
   * @param auth what was said; empty = keys if there are some
   * @param host the address to score at
   * @param managementHost the administrators' address; empty = there is none
   * @param hasKeys whether there are keys
   * @param hasCallers whether there are keys or tokens to score with
   * @return cause and cure; empty = it may
   */
  public static Optional<String> problem(
      Optional<Auth> auth,
      String host,
      Optional<String> managementHost,
      boolean hasKeys,
      boolean hasCallers) {
    boolean isOff = auth.equals(Optional.of(Auth.none));
    if (auth.equals(Optional.of(Auth.keys)) && !hasCallers) {
      return Optional.of("--auth keys, but there are none; make some with: lynxeye keys generate");
    }
    if (!isLoopback(host) && !hasCallers && !isOff) {
      return Optional.of(
          "--host %s can be reached from other machines, and there are no keys: %s; or say --auth none"
              .formatted(host, CURE));
    }
    if (managementHost.isPresent() && !isLoopback(managementHost.get()) && (isOff || !hasKeys)) {
      return Optional.of(
          "--management-host %s can be reached from other machines, and whoever reaches it can run"
                  .formatted(managementHost.get())
              + " code here: it needs keys whatever --auth says; "
              + CURE);
    }
    return Optional.empty();
  }

  /** Whether an address is reached from this machine alone. One that nobody knows is not. */
  public static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
