package io.lynxeye.cli;

import io.lynxeye.ServerListener;
import io.lynxeye.importers.Progress;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.store.ModelStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what happens to the store and its models: states in the log, warm-ups as progress. */
final class ModelReport implements ServerListener {

  private static final Logger log = LoggerFactory.getLogger(ModelReport.class);

  private final Progress progress;
  private final StoreReport store = new StoreReport();
  private Progress.Step step;

  ModelReport(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void looked(ModelStore.Contents contents) {
    store.accept(contents);
  }

  @Override
  public void changed(ModelStatus status) {
    switch (status.state()) {
      case LOADING -> {
        step = progress.begin("loading " + status.id(), -1);
      }
      case AVAILABLE -> {
        step.close();
        status
            .failure()
            .ifPresentOrElse(
                reason -> log.error("{} stays as it was: {}", status.id(), reason),
                () -> log.info("{} is available", status.id()));
      }
      case END -> ended(status);
      case START, UNLOADING -> {}
    }
  }

  private void ended(ModelStatus status) {
    if (status.isFailed()) {
      step.close();
      log.error("{} cannot be served: {}", status.id(), status.failure().orElseThrow());
    } else {
      log.info("{} is unloaded", status.id());
    }
  }

  @Override
  public void reloading(ModelId id) {
    step = progress.begin("loading " + id + " again", -1);
  }

  @Override
  public void warmed(ModelId id, int done, int total) {
    if (done == 1) { // The first call is the long one; it counts as loading.
      step.close();
      step = progress.begin("warming up " + id, total);
    }
    step.advance(1);
  }
}
