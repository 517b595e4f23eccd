package io.lynxeye.importers;

import io.lynxeye.importers.download.ImportException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to import and where to put it. Checked when the import runs.
 *
 * @param name a name from the catalogue, or any name when there is a source
 * @param source local file or http(s) address of an archive, or a local folder; absent to take it
 *     from the catalogue
 * @param sha256 the archive's expected SHA-256 in hexadecimal; only allowed with a source
 * @param modelName name of the model in the store
 * @param version version of the model in the store: digits of a number that fits 64 bits
 * @param input the model's input; can be chosen only where the import builds the graph
 * @param fold whether batch normalisations become part of the convolutions; can be chosen only
 *     where the import builds the graph
 * @param replace whether an existing version may be replaced
 * @param manifest keys to add to the version's manifest; they replace keys of the same name
 */
public record ImportRequest(
    String name,
    Optional<String> source,
    Optional<String> sha256,
    String modelName,
    String version,
    GraphInput input,
    boolean fold,
    boolean replace,
    Map<String, String> manifest) {
  private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern VERSION = Pattern.compile("[0-9]+");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:;*+/ -]+");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Refuses null and converts the digest to lower case. */
  public ImportRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    sha256 = sha256.map(digest -> digest.toLowerCase(Locale.ROOT));
    Objects.requireNonNull(modelName, "modelName");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(input, "input");
    manifest = Map.copyOf(manifest);
  }

  /**
   * A catalogue entry as version 1 of a model of the same name; takes pixels, folds batch
   * normalisations, replaces nothing.
   */
  public static ImportRequest of(String name) {
    Optional<String> none = Optional.empty();
    return new ImportRequest(name, none, none, name, "1", GraphInput.PIXELS, true, false, Map.of());
  }

  public ImportRequest withSource(String newSource) {
    return new ImportRequest(
        name, Optional.of(newSource), sha256, modelName, version, input, fold, replace, manifest);
  }

  public ImportRequest withSha256(String newSha256) {
    return new ImportRequest(
        name, source, Optional.of(newSha256), modelName, version, input, fold, replace, manifest);
  }

  public ImportRequest withModelName(String newModelName) {
    return new ImportRequest(
        name, source, sha256, newModelName, version, input, fold, replace, manifest);
  }

  public ImportRequest withVersion(String newVersion) {
    return new ImportRequest(
        name, source, sha256, modelName, newVersion, input, fold, replace, manifest);
  }

  public ImportRequest withInput(GraphInput newInput) {
    return new ImportRequest(
        name, source, sha256, modelName, version, newInput, fold, replace, manifest);
  }

  public ImportRequest withFold(boolean newFold) {
    return new ImportRequest(
        name, source, sha256, modelName, version, input, newFold, replace, manifest);
  }

  public ImportRequest withReplace(boolean newReplace) {
    return new ImportRequest(
        name, source, sha256, modelName, version, input, fold, newReplace, manifest);
  }

  public ImportRequest withManifest(Map<String, String> newManifest) {
    return new ImportRequest(
        name, source, sha256, modelName, version, input, fold, replace, newManifest);
  }

  private static boolean isVersion(String text) {
    try {
      return VERSION.matcher(text).matches() && Long.parseLong(text) >= 0;
    } catch (NumberFormatException e) {
      return false; // Too large.
    }
  }

  /** Whether the name of a folder is this version, however either is written. */
  boolean isVersionFolder(String folder) {
    return isVersion(folder) && Long.parseLong(folder) == Long.parseLong(version);
  }

  void check() throws ImportException {
    if (!MODEL_NAME.matcher(modelName).matches()) {
      throw new ImportException(
          "\""
              + modelName
              + "\" cannot be the name of a model: use letters, digits, '.', '_' and '-',"
              + " a letter or digit first, at most 100.");
    }
    if (!isVersion(version)) {
      throw new ImportException(
          "The version is \"" + version + "\", it must be 0 to " + Long.MAX_VALUE + ".");
    }
    if (sha256.isPresent() && source.isEmpty()) {
      throw new ImportException(
          "A SHA-256 needs a source: leave it out, the catalogue has its own digests.");
    }
    if (sha256.isPresent() && !SHA256.matcher(sha256.get()).matches()) {
      throw new ImportException("A SHA-256 has 64 hexadecimal digits, not: " + sha256.get());
    }
    for (Map.Entry<String, String> entry : manifest.entrySet()) {
      if (!PLAIN.matcher(entry.getKey()).matches() || !PLAIN.matcher(entry.getValue()).matches()) {
        throw new ImportException(
            "%s=%s cannot be written into a manifest: use plain letters, digits and signs."
                .formatted(entry.getKey(), entry.getValue()));
      }
    }
  }
}
