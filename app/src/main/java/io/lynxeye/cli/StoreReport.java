package io.lynxeye.cli;

import io.lynxeye.store.ModelStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log what in the store cannot be served, and why: each thing once, until its reason
 * changes or it is gone. Used by one thread.
 */
final class StoreReport implements Consumer<ModelStore.Contents> {

  private static final Logger log = LoggerFactory.getLogger(StoreReport.class);

  private final Set<Object> told = new HashSet<>();

  @Override
  public void accept(ModelStore.Contents contents) {
    for (ModelStore.Unusable unusable : contents.unusable()) {
      if (told.add(unusable)) {
        log.warn("{} is not served: {}", unusable.path(), unusable.reason());
      }
    }
    told.retainAll(List.copyOf(contents.unusable()));
  }
}
