package io.lynxeye.importers.sources;

import io.lynxeye.importers.download.AddressRule;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the clients of the management port may have the server read, as its operator has listed:
 *
 * <ul>
 *   <li>folders: the archives and models below them
 *   <li>addresses such as {@code https://models.example/public/}: what is below them; {@code
 *       https:} = every https address
 *   <li>ranges of IP addresses such as {@code 10.1.0.0/16}, which hosts may have although they are
 *       not public
 * </ul>
 *
 * A host may have public addresses only, unless a range says otherwise. Thread-safe.
 */
public final class ModelSources implements AddressRule {

  /** Resolves names. */
  @FunctionalInterface
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private static final String CURE =
      "; its operator can allow it with --model-sources, or name the model in the catalogue";

  private final List<Path> folders = new ArrayList<>();
  private final List<AddressPrefix> prefixes = new ArrayList<>();
  private final List<Network> networks = new ArrayList<>();
  private final Resolver resolver;

  /**
   * @param entries folders, addresses and ranges
   * @throws IllegalArgumentException that names an entry of another kind
   */
  public ModelSources(List<String> entries) {
    this(entries, InetAddress::getAllByName);
  }

  /** The same with another resolver. */
  public ModelSources(List<String> entries, Resolver resolver) {
    this.resolver = resolver;
    entries.forEach(this::add);
  }

  private void add(String entry) {
    Optional<Network> network = Network.parse(entry);
    if (network.isPresent()) {
      networks.add(network.get());
    } else if (entry.matches("(?i)https?:.*")) {
      prefixes.add(AddressPrefix.parse(entry).orElseThrow(() -> invalid(entry)));
    } else if (entry.startsWith("/") || entry.startsWith(".")) {
      folders.add(Path.of(entry).toAbsolutePath());
    } else {
      throw invalid(entry);
    }
  }

  private static IllegalArgumentException invalid(String entry) {
    return new IllegalArgumentException(
        "'%s' is not a folder such as /models, an address such as https://models.example/public/ or a range such as 10.1.0.0/16"
            .formatted(entry));
  }

  /**
   * Finds a file or folder that may be read. Its links are followed before the check, so that no
   * link leads out of a folder.
   *
   * @return the real path; empty if it may not be read or does not exist, which an answer must not
   *     tell apart
   */
  public Optional<Path> find(Path path) {
    try {
      Path real = path.toRealPath();
      for (Path folder : folders) {
        if (real.startsWith(folder.toRealPath())) {
          return Optional.of(real);
        }
      }
    } catch (IOException e) {
      // Reported like what may not be read.
    }
    return Optional.empty();
  }

  @Override
  public void check(URI address) throws ImportException {
    if (prefixes.stream().noneMatch(prefix -> prefix.covers(address))) {
      throw new ImportException("this server may not read that address" + CURE);
    }
  }

  @Override
  public List<InetAddress> resolve(String host) throws ImportException, UnknownHostException {
    List<InetAddress> found = List.of(resolver.resolve(host));
    for (InetAddress address : found) {
      boolean isAllowed =
          Network.isPublic(address)
              || networks.stream().anyMatch(network -> network.contains(address));
      if (!isAllowed) {
        throw new ImportException(
            "this server may not read that address: its host is not on the internet" + CURE);
      }
    }
    return found;
  }
}
