package io.lynxeye.cli.serve;

import io.lynxeye.archive.UnwritableException;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.ModelImporter;
import io.lynxeye.importers.catalogue.CatalogueEntry;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
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

  private final ModelImporter importer;

  public StoreImports(Path store, Path cache) {
    this.importer = new ModelImporter(store, cache, Progress.silent());
  }

  @Override
  public void add(Registration registration) throws InterruptedException {
    log.info("importing {} from {}", registration.id(), registration.url());
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

  /** The http(s) address unchanged, or the path of the file. */
  private static String source(String url) {
    String start = url.toLowerCase(Locale.ROOT);
    if (start.startsWith("http://") || start.startsWith("https://")) {
      return url;
    }
    try {
      Path file = start.startsWith("file:") ? Path.of(URI.create(url)) : Path.of(url);
      if (Files.isRegularFile(file)) {
        return file.toString();
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like a missing file.
    }
    throw new ManagementException(
        Kind.UNKNOWN,
        "Invalid model url: "
            + url
            + ": it is neither an http(s) address nor an archive on this machine nor a catalogue entry");
  }
}
