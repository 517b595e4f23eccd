package io.lynxeye.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Refuses addresses that other machines can reach, unless callers need a key. */
public final class Exposure {

  /** The values of {@code --auth}. */
  public enum Auth {
    /** Callers need a key. */
    keys,
    /** Everyone may score. */
    none
  }

  private static final String CURE =
      "make keys with: lynxeye keys generate, or in a container set LYNXEYE_PRIMARY_KEY; or listen"
          + " on 127.0.0.1";

  private Exposure() {}

  /**
   * Why a server must not start.
   *
   * @param auth the option; empty = keys, if there are any
   * @param host the address for scoring
   * @param managementHost the address of the management port; empty = none
   * @param hasKeys whether there are keys
   * @param hasCallers whether there are keys or tokens for scoring
   * @param hasAdministrators whether a key or token may manage models
   * @return cause and cure; empty = it may start
   */
  public static Optional<String> problem(
      Optional<Auth> auth,
      String host,
      Optional<String> managementHost,
      boolean hasKeys,
      boolean hasCallers,
      boolean hasAdministrators) {
    boolean isOff = auth.equals(Optional.of(Auth.none));
    if (auth.equals(Optional.of(Auth.keys)) && !hasCallers) {
      return Optional.of(
          "--auth keys needs keys, and there are none; make some with: lynxeye keys generate");
    }
    if (!isLoopback(host) && !hasCallers && !isOff) {
      return Optional.of(
          "--host %s can be reached from other machines, and there are no keys: %s; or use --auth none"
              .formatted(host, CURE));
    }
    // Keys that may only score do not stop a server of an earlier version: its port refuses them.
    boolean isGuarded = hasAdministrators || (hasKeys && !isOff);
    if (managementHost.isPresent() && !isLoopback(managementHost.get()) && !isGuarded) {
      return Optional.of(
          "--management-host %s can be reached from other machines, and its callers can run code here:"
                  .formatted(managementHost.get())
              + " it needs an administrator's key, even with --auth none; make it with: lynxeye keys"
              + " generate --admin, or in a container set LYNXEYE_ADMIN_KEY; or listen on 127.0.0.1");
    }
    return Optional.empty();
  }

  /** Whether only this machine can reach an address. An unknown address counts as reachable. */
  public static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
