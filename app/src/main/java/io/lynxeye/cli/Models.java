package io.lynxeye.cli;

import io.lynxeye.importers.ImportRequest;
import io.lynxeye.model.StoredModel;
import io.lynxeye.store.ModelStore;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in the store, for commands that need a model there. */
final class Models {

  /** What an empty store is filled with. */
  static final String DEFAULT = "resnet50";

  private static final Logger log = LoggerFactory.getLogger(Models.class);

  private Models() {}

  /**
   * Reads the store; an empty one is first filled with ResNet50, so that the first start needs no
   * preparation.
   */
  static List<StoredModel> find(Places places, String wanted) throws Failure, InterruptedException {
    ModelStore.Contents contents = read(places);
    if (contents.isEmpty() && wanted.equals(DEFAULT)) {
      log.info("the model store {} is empty: importing {}", places.store(), DEFAULT);
      ImportCommand.run(places, ImportRequest.of(DEFAULT));
      contents = read(places);
    }
    for (ModelStore.Unusable unusable : contents.unusable()) {
      log.warn("{} is not served: {}", unusable.path(), unusable.reason());
    }
    if (contents.models().stream().noneMatch(model -> model.name().equals(wanted))) {
      throw new Failure(
          "there is no model '%s' in %s; put one there with ./lynxeye import, or name another with --model"
              .formatted(wanted, places.store()));
    }
    return contents.models();
  }

  private static ModelStore.Contents read(Places places) throws Failure {
    try {
      return new ModelStore(places.store(), places.cache()).read();
    } catch (IOException e) {
      throw new Failure("the model store " + places.store() + " cannot be read: " + e.getMessage());
    }
  }
}
