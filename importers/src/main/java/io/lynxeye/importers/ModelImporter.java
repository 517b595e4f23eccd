package io.lynxeye.importers;

import io.lynxeye.archive.Archive;
import io.lynxeye.archive.ArchiveException;
import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.importers.catalogue.Catalogue;
import io.lynxeye.importers.catalogue.CatalogueEntry;
import io.lynxeye.importers.catalogue.Origin;
import io.lynxeye.importers.download.DiskSpace;
import io.lynxeye.importers.download.Downloads;
import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.HttpDownload;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.NpmClient;
import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Imports published weights into the model store: fetches an archive, verifies it, converts it to a
 * TensorFlow SavedModel if needed and puts the finished version folder into the store with one
 * rename.
 *
 * <p>The archive comes from the catalogue, or is any .tar.gz, .tgz, .tar or .zip with one model in
 * it: a SavedModel, an ONNX model or a TorchScript model. A source with the digest of a catalogue
 * entry is treated as that entry, so a package fetched elsewhere can be imported without npm and
 * without a network. {@code resnet50-official} has no labels, so its folder has no {@code
 * synset.txt}.
 */
public final class ModelImporter {
  private static final Duration STALL = Duration.ofSeconds(30);

  private final Path store;
  private final Catalogue catalogue;
  private final Downloads downloads;
  private final DiskSpace space;
  private final Progress progress;

  /**
   * Creates an importer; nothing is read or written yet.
   *
   * @param store the model store, created if missing
   * @param cache this user's cache folder; downloads are kept below {@code downloads}, by digest
   * @param progress receives every step, on the importing thread
   */
  public ModelImporter(Path store, Path cache, Progress progress) {
    this(
        store,
        Catalogue.builtIn(),
        new Downloads(
            cache.resolve("downloads"),
            new NpmClient("npm"),
            new HttpDownload(STALL),
            DiskSpace.real(),
            progress),
        DiskSpace.real(),
        progress);
  }

  ModelImporter(
      Path store, Catalogue catalogue, Downloads downloads, DiskSpace space, Progress progress) {
    this.store = store;
    this.catalogue = catalogue;
    this.downloads = downloads;
    this.space = space;
    this.progress = progress;
  }

  /** What can be imported by name alone. */
  public List<CatalogueEntry> catalogue() {
    return catalogue.items().stream().map(Catalogue.Item::entry).toList();
  }

  /**
   * Imports one version; the store is unchanged unless it succeeds.
   *
   * @return the new folder, {@code store/<modelName>/<version>}
   * @throws ImportException when it fails, with cause and cure
   * @throws InterruptedException when this thread is interrupted; the store is unchanged
   */
  public Path run(ImportRequest request) throws ImportException, InterruptedException {
    request.check();
    Optional<Catalogue.Item> item =
        request.source().isPresent()
            ? Optional.empty()
            : Optional.of(catalogue.find(request.name()));
    long needed = item.map(ModelImporter::bytesNeeded).orElse(0L);
    try (StoreFolder folder = StoreFolder.open(store)) {
      Path target = folder.target(request);
      space.require(store, needed);
      FetchedArchive archive = item.isPresent() ? fetch(item.get()) : fetch(request);
      Optional<Origin.LayersPackage> layers =
          catalogue.withDigest(archive.sha256()).flatMap(known -> known.origin().layers());
      needed = layers.map(ModelImporter::bytesNeeded).orElse(Files.size(archive.file()));
      space.require(store, needed);
      Path unpacked = folder.staging().resolve("unpacked");
      Path version = folder.staging().resolve("version");
      if (layers.isEmpty()) {
        requireNoChoices(request);
      }
      try {
        unpack(archive, unpacked, ArchiveLimits.DEFAULT, progress);
        if (layers.isPresent()) {
          new LayersImport(layers.get(), request.input(), request.fold())
              .write(unpacked, archive, version, progress);
        } else {
          ModelFolder.write(unpacked, archive, version);
        }
      } catch (ImportException e) {
        downloads.discard(archive); // It holds no model: a repeated import would only fail again.
        throw e;
      }
      Manifest.add(version, request.manifest());
      folder.publish(version, target);
      return target;
    } catch (ClosedByInterruptException e) {
      Thread.interrupted(); // The exception reports it from here on.
      throw new InterruptedException("The import was interrupted.");
    } catch (UnwritableException e) {
      throw new ImportException(e.getMessage(), e);
    } catch (IOException e) {
      throw DiskSpace.explain(e, needed);
    }
  }

  /** The progress counts bytes of the archive, not of its content. */
  static void unpack(FetchedArchive archive, Path folder, ArchiveLimits limits, Progress progress)
      throws IOException, ImportException {
    try (Progress.Step step = progress.begin("Unpacking", Files.size(archive.file()))) {
      Archive.unpack(archive.file(), folder, limits, step::advance);
    } catch (ArchiveException e) {
      String problem =
          switch (e.kind()) {
            case NO_ARCHIVE ->
                e.getMessage() + ": check that the address or path leads to the archive itself.";
            case DAMAGED -> e.getMessage() + ": fetch it again.";
            case REFUSED ->
                "is not unpacked because it "
                    + e.getMessage()
                    + ". Make an archive of the model folder alone.";
          };
      throw new ImportException(archive.origin() + " " + problem, e);
    }
  }

  private FetchedArchive fetch(ImportRequest request)
      throws IOException, ImportException, InterruptedException {
    String source = request.source().orElseThrow();
    return source.matches("(?i)https?://.*")
        ? downloads.web(address(source), request.sha256())
        : Downloads.local(Path.of(source), request.sha256());
  }

  private FetchedArchive fetch(Catalogue.Item item)
      throws IOException, ImportException, InterruptedException {
    if (item.origin() instanceof Origin.Npm npm) {
      return downloads.npm(
          npm.spec(), item.entry().bytes(), item.entry().sha256(), npm.integrity());
    }
    URI address = ((Origin.Web) item.origin()).address();
    return downloads.web(address, Optional.of(item.entry().sha256()));
  }

  private static URI address(String source) throws ImportException {
    try {
      URI address = new URI(source);
      if (address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // Reported below; the message of the exception only repeats the address.
    }
    throw new ImportException(source + " is not a valid address: check its spelling.");
  }

  /** Space needed in the store, as far as the catalogue knows. */
  private static long bytesNeeded(Catalogue.Item item) {
    return item.origin().layers().map(ModelImporter::bytesNeeded).orElse(item.entry().bytes());
  }

  /** The unpacked shards and the graph built from them. */
  private static long bytesNeeded(Origin.LayersPackage layers) {
    return 2 * Float.BYTES * layers.parameters();
  }

  private static void requireNoChoices(ImportRequest request) throws ImportException {
    if (request.input() != GraphInput.PIXELS || !request.fold()) {
      throw new ImportException(
          "The archive holds a finished graph: its input and batch normalisation cannot be"
              + " changed. Leave these choices out.");
    }
  }
}
