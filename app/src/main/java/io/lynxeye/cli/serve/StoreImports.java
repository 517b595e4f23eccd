package io.lynxeye.cli.serve;

import io.lynxeye.archive.UnwritableException;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.ModelImporter;
import io.lynxeye.importers.catalogue.CatalogueEntry;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.sources.GraphOperations;
import io.lynxeye.importers.sources.ModelSources;
import io.lynxeye.serving.management.ManagementException;
import io.lynxeye.serving.management.ManagementException.Kind;
import io.lynxeye.serving.management.ModelImportPort;
import io.lynxeye.serving.management.Registration;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the models that clients register with a running server, like {@code ./lynxeye import}.
 */
public final class StoreImports implements ModelImportPort {

  private static final Logger log = LoggerFactory.getLogger(StoreImports.class);

  private final ModelSources sources;
  private final ModelImporter importer;

  /**
   * @param sources what clients may have the server read, besides the catalogue
   * @param operations refuses models by what their graphs can do
   */
  public StoreImports(Path store, Path cache, ModelSources sources, GraphOperations operations) {
    this.sources = sources;
    this.importer =
        new ModelImporter(store, cache, sources, Optional.of(operations), Progress.silent());
  }

  @Override
  public void add(Registration registration) throws InterruptedException {
    log.info("importing {}", registration.id());
    try {
      importer.run(request(registration));
    } catch (ImportException e) {
      boolean isUnwritable = e.getCause() instanceof UnwritableException;
      throw new ManagementException(isUnwritable ? Kind.STORE : Kind.FAILED, e.getMessage());
    }
    log.info("imported {}", registration.id());
  }

  private ImportRequest request(Registration registration) {
    String url = registration.url();
    ImportRequest request =
        ImportRequest.of(url)
            .withModelName(registration.id().name())
            .withVersion(registration.id().version().toString())
            .withManifest(registration.manifest());
    Optional<String> sha256 = registration.sha256();
    if (sha256.isPresent()) {
      request = request.withSha256(sha256.get());
    }
    boolean isEntry = importer.catalogue().stream().map(CatalogueEntry::name).anyMatch(url::equals);
    return isEntry ? request : request.withSource(source(url));
  }

  /** The http(s) address unchanged, or the real path of the file or folder. */
  private String source(String url) {
    String start = url.toLowerCase(Locale.ROOT);
    if (start.startsWith("http://") || start.startsWith("https://")) {
      return url; // Checked before each request.
    }
    try {
      Path file = start.startsWith("file:") ? Path.of(URI.create(url)) : Path.of(url);
      Optional<Path> allowed =
          sources.find(file).filter(path -> Files.isRegularFile(path) || Files.isDirectory(path));
      if (allowed.isPresent()) {
        return allowed.get().toString();
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like a missing file.
    }
    throw new ManagementException(
        Kind.UNKNOWN,
        "Invalid model url: "
            + url
            + ": it is neither an http(s) address nor a catalogue entry nor an archive or a model's"
            + " folder below a folder that the server's --model-sources names");
  }
}
