package io.lynxeye.cli;

import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.store.ModelStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log what in the store cannot be served, and why: each thing once, until its reason
 * changes or it is gone. So are stray files and keys of manifests that are not understood. Used by
 * one thread.
 */
final class StoreReport implements Consumer<ModelStore.Contents> {

  private static final Logger log = LoggerFactory.getLogger(StoreReport.class);

  private final Set<Object> told = new HashSet<>();

  @Override
  public void accept(ModelStore.Contents contents) {
    for (ModelStore.Unusable unusable : contents.unusable()) {
      if (told.add(unusable)) {
        log.warn("{} is not served: {}", printable(unusable.path()), unusable.reason());
      }
    }
    contents.sources().filter(told::add).forEach(StoreReport::tell);
    for (Path stray : contents.strays()) {
      if (told.add(stray)) {
        log.info("{} is left alone: it is neither a model nor an archive of one", printable(stray));
      }
    }
    Set<Object> still = new HashSet<>(contents.unusable());
    still.addAll(contents.strays());
    still.addAll(contents.sources().toList());
    told.retainAll(still);
  }

  /** A file's name may hold what would forge a line of the log. */
  private static String printable(Path path) {
    return path.toString().replaceAll("\\p{Cntrl}", "?");
  }

  private static void tell(ModelSource source) {
    for (String remark : source.manifest().remarks()) {
      log.warn("{}: {}: {}", source.id(), ModelManifest.FILE, remark);
    }
  }
}
