package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.StoreReport;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.server.Server;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.store.ModelStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports on the store and its models: state changes in the log, loading and warm-up as progress.
 */
final class ModelReport implements Server.Listener {

  private static final Logger log = LoggerFactory.getLogger(ModelReport.class);

  private final Progress progress;
  private final StoreReport store = new StoreReport();
  private Progress.Step step;

  ModelReport(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void scanned(ModelStore.Contents contents) {
    store.accept(contents);
  }

  @Override
  public void changed(ModelStatus status) {
    switch (status.state()) {
      case LOADING -> {
        step = progress.begin("loading " + status.id(), -1);
      }
      case AVAILABLE, SHADOW, CANARY -> {
        endStep();
        status
            .failure()
            .ifPresentOrElse(
                reason ->
                    log.error(
                        "reload of {} failed, keeping the loaded version: {}", status.id(), reason),
                () -> log.info("{} is {}", status.id(), loaded(status.state())));
      }
      case STOPPED -> log.info("{} is not loaded: {}", status.id(), status.failure().orElse(""));
      case END -> ended(status);
      case START, UNLOADING -> {}
    }
  }

  /** A version may also change its role, long after it was loaded. */
  private void endStep() {
    if (step != null) {
      step.close();
      step = null;
    }
  }

  private static String loaded(ModelState state) {
    return switch (state) {
      case SHADOW -> "on trial: it answers only requests that name its version";
      case CANARY -> "on trial: it answers a share of the requests";
      default -> "available";
    };
  }

  private void ended(ModelStatus status) {
    if (status.isFailed()) {
      endStep();
      log.error("{} failed to load: {}", status.id(), status.failure().orElseThrow());
    } else {
      log.info("{} is unloaded", status.id());
    }
  }

  @Override
  public void reloading(ModelId id) {
    step = progress.begin("reloading " + id, -1);
  }

  @Override
  public void warmed(ModelId id, int done, int total) {
    if (done == 1) { // The first one takes longest and counts as loading.
      endStep();
      step = progress.begin("warming up " + id, total);
    }
    step.advance(1);
  }
}
