package io.lynxeye.cli;

import io.lynxeye.importers.ImportRequest;
import io.lynxeye.model.StoredModel;
import io.lynxeye.store.ModelStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in the store, for commands that need a model there. */
final class Models {

  /** What an empty store is filled with. */
  static final String DEFAULT = "resnet50";

  private static final Logger log = LoggerFactory.getLogger(Models.class);

  private Models() {}

  static ModelStore store(Places places) {
    return new ModelStore(places.store(), places.cache());
  }

  /**
   * Reads the store; an empty one is first filled with ResNet50, so that the first start needs no
   * preparation.
   */
  static List<StoredModel> find(Places places, String wanted) throws Failure, InterruptedException {
    fillIfEmpty(places, wanted);
    ModelStore.Contents contents = read(places);
    new StoreReport().accept(contents);
    if (contents.models().stream().noneMatch(model -> model.name().equals(wanted))) {
      throw new Failure(
          "there is no model '%s' in %s; put one there with ./lynxeye import, or name another with --model"
              .formatted(wanted, places.store()));
    }
    return contents.models();
  }

  /** The model of {@code /score}: the one asked for, else ResNet50, else the only one there is. */
  static String ofScore(Places places, Optional<String> asked) throws Failure {
    if (asked.isPresent()) {
      return asked.get(); // The port opens before the store is read, and its archives unpacked.
    }
    List<String> names = read(places).models().stream().map(StoredModel::name).toList();
    boolean isOther = names.size() == 1 && !names.contains(DEFAULT);
    return isOther ? names.get(0) : DEFAULT;
  }

  /** Imports ResNet50 if that is the model wanted and there is nothing at all. */
  static void fillIfEmpty(Places places, String wanted) throws Failure, InterruptedException {
    if (wanted.equals(DEFAULT) && read(places).isEmpty()) {
      log.info("the model store {} is empty: importing {}", places.store(), DEFAULT);
      ImportCommand.run(places, ImportRequest.of(DEFAULT));
    }
  }

  static ModelStore.Contents read(Places places) throws Failure {
    try {
      return store(places).read();
    } catch (IOException e) {
      throw new Failure("the model store " + places.store() + " cannot be read: " + e.getMessage());
    }
  }
}
