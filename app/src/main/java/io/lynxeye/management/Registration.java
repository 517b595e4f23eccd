package io.lynxeye.management;

import io.lynxeye.model.ModelId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A version to bring into the store.
 *
 * @param url an http(s) address or file of an archive, or a name of the catalogue
 * @param id what it shall be called
 * @param isFirst whether the model must be new, as no version was asked for
 * @param isKeptOnFailure whether a version that cannot be served stays in the store, to be looked
 *     at; else it is taken out again
 * @param workers engine calls of the model that may run at once; empty = as its manifest says
 * @param manifest keys to put into the version's manifest, such as {@code batch_size}
 * @param sha256 the archive's digest in hexadecimal, if it is known
 */
public record Registration(
    String url,
    ModelId id,
    boolean isFirst,
    boolean isKeptOnFailure,
    OptionalInt workers,
    Map<String, String> manifest,
    Optional<String> sha256) {

  public Registration {
    manifest = Map.copyOf(manifest);
  }

  /** Named as in messages: without the version that nobody asked for. */
  String label() {
    return isFirst ? id.name() : id.name() + ":" + id.version();
  }
}
