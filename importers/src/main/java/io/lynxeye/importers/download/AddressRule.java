package io.lynxeye.importers.download;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Decides which http(s) addresses may be read. Asked again for every redirect. */
public interface AddressRule {

  /** The rule of an operator's own commands: everything may be read. */
  AddressRule ANY =
      new AddressRule() {
        @Override
        public void check(URI address) {}

        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
          return List.of(InetAddress.getAllByName(host));
        }
      };

  /**
   * Checks an address before anything is resolved or sent.
   *
   * @throws ImportException when it may not be read, with cause and cure
   */
  void check(URI address) throws ImportException;

  /**
   * Resolves the host of an address. The connection is made to one of the results and to nothing
   * else, so that a second answer of a name server cannot lead elsewhere.
   *
   * @throws ImportException when the host leads to where nothing may be read
   * @throws UnknownHostException when the host is not known
   */
  List<InetAddress> resolve(String host) throws ImportException, UnknownHostException;
}
