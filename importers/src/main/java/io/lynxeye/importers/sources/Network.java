package io.lynxeye.importers.sources;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8}.
 *
 * @param first any address of the range: 4 or 16 bytes
 * @param bits how many leading bits its addresses share
 */
record Network(List<Byte> first, int bits) {

  private static final Pattern LITERAL =
      Pattern.compile(
          "([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(/([0-9]{1,3}))?");

  /**
   * Ranges that lead to this machine, its neighbours, or nowhere: IANA's special-purpose
   * registries, and the address at which Azure's machines reach their host.
   */
  private static final List<Network> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20")
          .map(text -> parse(text).orElseThrow())
          .toList();

  /** Of IPv6, only this range is routed on the internet. */
  private static final Network GLOBAL = parse("2000::/3").orElseThrow();

  /** NAT64: an IPv4 address in its last 4 bytes. */
  private static final Network TRANSLATED = parse("64:ff9b::/96").orElseThrow();

  /** Reads a range or a single address; empty if it is neither. */
  static Optional<Network> parse(String text) {
    var literal = LITERAL.matcher(text);
    if (!literal.matches()) {
      return Optional.empty(); // A name would be looked up.
    }
    try {
      byte[] address = InetAddress.getByName(literal.group(1)).getAddress();
      int all = 8 * address.length;
      int bits = literal.group(4) == null ? all : Integer.parseInt(literal.group(4));
      return bits > all ? Optional.empty() : Optional.of(new Network(boxed(address), bits));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static List<Byte> boxed(byte[] bytes) {
    Byte[] boxed = new Byte[bytes.length];
    Arrays.setAll(boxed, i -> bytes[i]);
    return List.of(boxed);
  }

  /** Whether the address is in this range. */
  boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  private boolean contains(byte[] address) {
    if (address.length != first.size()) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int bit = 0x80 >> i % 8;
      if ((address[i / 8] & bit) != (first.get(i / 8) & bit)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an address is one on the internet, and not of this machine or its neighbours. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress(); // Of an IPv4-mapped IPv6 address, Java has made 4 bytes.
    if (TRANSLATED.contains(bytes)) {
      bytes = Arrays.copyOfRange(bytes, 12, 16);
    } else if (address instanceof Inet6Address && !GLOBAL.contains(bytes)) {
      return false;
    }
    byte[] checked = bytes;
    return NOT_PUBLIC.stream().noneMatch(network -> network.contains(checked));
  }
}
