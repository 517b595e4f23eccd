package io.lynxeye.importers.catalogue;

import io.lynxeye.importers.keras.Preprocessing;
import java.net.URI;
import java.util.Optional;

/** Where the archive of a catalogue entry comes from and what it holds. */
public sealed interface Origin {

  /** The layers model to convert; absent for an archive that holds a SavedModel. */
  Optional<LayersPackage> layers();

  /** An npm package, such as {@code name@1.0.0}, with npm's own integrity string. */
  record Npm(String spec, String integrity, LayersPackage contents) implements Origin {
    @Override
    public Optional<LayersPackage> layers() {
      return Optional.of(contents);
    }
  }

  /** An archive with a SavedModel. */
  record Web(URI address) implements Origin {
    @Override
    public Optional<LayersPackage> layers() {
      return Optional.empty();
    }
  }

  /** Paths inside the package, the number of floats in the weights, and what the model expects. */
  record LayersPackage(
      String model, String labels, String license, long parameters, Preprocessing preprocessing) {}
}
