package io.lynxeye.importers.sources;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The addresses below one: {@code https://models.example/public/}; or all of a scheme, {@code
 * https:}.
 *
 * @param host in lower case; empty = every host
 * @param port -1 = the scheme's
 * @param path begins and ends with a slash
 */
record AddressPrefix(String scheme, Optional<String> host, int port, String path) {

  /** Servers read such paths in different ways. */
  private static final Pattern AMBIGUOUS =
      Pattern.compile("(?i).*(/\\.{1,2}(/.*)?|%2e.*|%2f.*|%5c.*|\\\\.*)");

  /** Reads a prefix; empty if the text is not one. */
  static Optional<AddressPrefix> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("https:") || lower.equals("http:")) {
      return Optional.of(new AddressPrefix(lower.replace(":", ""), Optional.empty(), -1, "/"));
    }
    try {
      URI address = URI.create(text);
      boolean isPrefix =
          isHttp(address)
              && address.getRawUserInfo() == null
              && address.getRawQuery() == null
              && address.getRawFragment() == null
              && !isAmbiguous(address);
      return isPrefix
          ? Optional.of(
              new AddressPrefix(
                  scheme(address), host(address), port(address), folder(address.getRawPath())))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether this is an http(s) address with a host. */
  static boolean isHttp(URI address) {
    return address.getHost() != null
        && address.getScheme() != null
        && scheme(address).matches("https?");
  }

  private static boolean isAmbiguous(URI address) {
    return AMBIGUOUS.matcher(String.valueOf(address.getRawPath())).matches();
  }

  private static String scheme(URI address) {
    return address.getScheme().toLowerCase(Locale.ROOT);
  }

  private static Optional<String> host(URI address) {
    return Optional.of(address.getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""));
  }

  private static int port(URI address) {
    int usual = scheme(address).equals("https") ? 443 : 80;
    return address.getPort() == usual ? -1 : address.getPort();
  }

  private static String folder(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  /** Whether an address is this one or below it. */
  boolean covers(URI address) {
    return isHttp(address)
        && !isAmbiguous(address)
        && scheme.equals(scheme(address))
        && (host.isEmpty() || (host.equals(host(address)) && port == port(address)))
        && folder(address.getRawPath()).startsWith(path);
  }
}
