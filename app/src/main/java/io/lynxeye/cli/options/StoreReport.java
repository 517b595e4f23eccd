package io.lynxeye.cli.options;

import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.store.ModelStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the entries of the store that cannot be served, stray files and unknown keys of manifests:
 * each once, until it changes or is gone. Used by one thread.
 */
public final class StoreReport implements Consumer<ModelStore.Contents> {

  private static final Logger log = LoggerFactory.getLogger(StoreReport.class);

  private final Set<Object> reported = new HashSet<>();

  @Override
  public void accept(ModelStore.Contents contents) {
    for (ModelStore.Unusable unusable : contents.unusable()) {
      if (reported.add(unusable)) {
        log.warn("{} is not served: {}", printable(unusable.path()), unusable.reason());
      }
    }
    contents.sources().filter(reported::add).forEach(StoreReport::report);
    for (Path stray : contents.strays()) {
      if (reported.add(stray)) {
        log.info("ignoring {}: it is neither a model nor an archive of one", printable(stray));
      }
    }
    Set<Object> current = new HashSet<>(contents.unusable());
    current.addAll(contents.strays());
    current.addAll(contents.sources().toList());
    reported.retainAll(current);
  }

  /** Removes control characters, with which a file name could forge log lines. */
  private static String printable(Path path) {
    return path.toString().replaceAll("\\p{Cntrl}", "?");
  }

  private static void report(ModelSource source) {
    for (String note : source.manifest().notes()) {
      log.warn("{}: {}", source.id(), note);
    }
    for (String remark : source.manifest().remarks()) {
      log.warn("{}: {}: {}", source.id(), ModelManifest.FILE, remark);
    }
  }
}
