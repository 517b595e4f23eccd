package io.lynxeye.serving.management;

import io.lynxeye.serving.model.ModelId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A version to import into the store.
 *
 * @param url the http(s) address or file of an archive, or a name in the catalogue
 * @param id the version's name and number in the store
 * @param isFirst whether the model must be new, because the request names no version
 * @param isKeptOnFailure whether a version that cannot be served stays in the store for inspection;
 *     else it is removed
 * @param workers the model's concurrent inference calls; empty = as in its manifest
 * @param manifest keys to add to the version's manifest, such as {@code batch_size}
 * @param sha256 the expected digest of the archive in hexadecimal, if known
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

  /** The name in messages: without a version that the request does not name. */
  String label() {
    return isFirst ? id.name() : id.name() + ":" + id.version();
  }
}
