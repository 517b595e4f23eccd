package io.lynxeye.cli.options;

import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.ModelImporter;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.store.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The model store and the cache folder: options that several commands share. */
public final class StoreOptions {

  /** The model that an empty store is filled with. */
  public static final String DEFAULT_MODEL = "resnet50";

  private static final Logger log = LoggerFactory.getLogger(StoreOptions.class);

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "The model store. Default: ${DEFAULT-VALUE}.",
      defaultValue = "model-store")
  private Path store;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "The cache of unpacked native libraries and downloads. Default:"
              + " $XDG_CACHE_HOME/lynxeye or ~/.cache/lynxeye.")
  private Path cache;

  @Option(
      names = "--store-links",
      paramLabel = "FOLDER",
      description =
          "A folder outside the store that links in the store may lead to, such as a mounted"
              + " volume; can be repeated. Default: none.")
  private List<Path> links = List.of();

  public Path store() {
    return store;
  }

  public Path cache() {
    return cache == null ? UserFolders.ofThisUser() : cache;
  }

  public ModelStore open() {
    return new ModelStore(store, cache(), links);
  }

  public ModelStore.Contents read() throws Failure {
    try {
      return open().read();
    } catch (IOException e) {
      throw new Failure("cannot read the model store " + store + ": " + e.getMessage());
    }
  }

  /**
   * Reads the store; fills an empty one with ResNet50 first, so that the first run needs no
   * preparation.
   *
   * @throws Failure when the store does not have the model
   */
  public List<StoredModel> find(String model)
      throws Failure, ImportException, InterruptedException {
    fillIfEmpty(model);
    ModelStore.Contents contents = read();
    new StoreReport().accept(contents);
    if (contents.models().stream().noneMatch(stored -> stored.name().equals(model))) {
      throw new Failure(
          "no model '%s' in %s; add it with ./lynxeye import, or choose another with --model"
              .formatted(model, store));
    }
    return contents.models();
  }

  /** The model of {@code /score}: the requested one, else ResNet50, else the only one stored. */
  public String defaultModel(Optional<String> requested) throws Failure {
    if (requested.isPresent()) {
      return requested.get(); // Reading the store unpacks archives; the port must open before.
    }
    List<String> names = read().models().stream().map(StoredModel::name).toList();
    boolean isOther = names.size() == 1 && !names.contains(DEFAULT_MODEL);
    return isOther ? names.get(0) : DEFAULT_MODEL;
  }

  /** Imports ResNet50 if that is the model and the store is empty. */
  public void fillIfEmpty(String model) throws Failure, ImportException, InterruptedException {
    if (model.equals(DEFAULT_MODEL) && read().isEmpty()) {
      log.info("the model store {} is empty: importing {}", store, DEFAULT_MODEL);
      importModel(ImportRequest.of(DEFAULT_MODEL));
    }
  }

  /**
   * Imports a model into the store, with progress on the terminal.
   *
   * @return the folder of the imported version
   */
  public Path importModel(ImportRequest request) throws ImportException, InterruptedException {
    return new ModelImporter(store, cache(), ConsoleProgress.standard()).run(request);
  }
}
