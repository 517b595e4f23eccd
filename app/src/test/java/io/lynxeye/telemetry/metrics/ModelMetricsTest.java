package io.lynxeye.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ModelMetricsTest {

  private final List<ModelStatus> statuses = new ArrayList<>();

  @AutoClose
  private final Metrics metrics =
      new Metrics(() -> statuses, new ModelRegistry(), "none", new RequestLimiter(1, 1));

  private static ModelStatus status(long version, ModelState state, String failure) {
    return new ModelStatus(
        new ModelId("cats", version), state, Instant.EPOCH, Optional.ofNullable(failure));
  }

  private void load(ModelStatus outcome) {
    metrics.changed(status(outcome.id().version().value(), ModelState.START, null));
    metrics.changed(status(outcome.id().version().value(), ModelState.LOADING, null));
    metrics.changed(outcome);
    statuses.removeIf(status -> status.id().equals(outcome.id()));
    statuses.add(outcome);
  }

  private List<String> scrape() {
    return metrics.scrape().lines().filter(line -> !line.startsWith("#")).toList();
  }

  @Test
  void aFailedVersionIsReportedWithTheOneThatServes() {
    load(status(1, ModelState.AVAILABLE, null));
    load(status(2, ModelState.END, "secret reason"));

    assertThat(scrape())
        .contains(
            "lynxeye_model_state{model=\"cats\",state=\"AVAILABLE\",version=\"1\"} 1.0",
            "lynxeye_model_state{model=\"cats\",state=\"END\",version=\"1\"} 0.0",
            "lynxeye_model_state{model=\"cats\",state=\"AVAILABLE\",version=\"2\"} 0.0",
            "lynxeye_model_state{model=\"cats\",state=\"END\",version=\"2\"} 1.0",
            "lynxeye_model_failed{model=\"cats\",version=\"1\"} 0.0",
            "lynxeye_model_failed{model=\"cats\",version=\"2\"} 1.0",
            "lynxeye_model_versions_available 1.0",
            "lynxeye_model_load_failures_total{model=\"cats\"} 1.0",
            "lynxeye_model_load_seconds_count{model=\"cats\",outcome=\"loaded\"} 1",
            "lynxeye_model_load_seconds_count{model=\"cats\",outcome=\"failed\"} 1")
        .noneMatch(line -> line.contains("secret reason"));
  }

  @Test
  void changedFilesThatCannotBeLoadedCountAsAFailureWhileTheOldOnesServe() {
    load(status(1, ModelState.AVAILABLE, null));
    metrics.reloading(new ModelId("cats", 1));
    ModelStatus goesOn = status(1, ModelState.AVAILABLE, "damaged");
    statuses.set(0, goesOn);
    metrics.changed(goesOn);

    assertThat(scrape())
        .contains(
            "lynxeye_model_failed{model=\"cats\",version=\"1\"} 1.0",
            "lynxeye_model_load_failures_total{model=\"cats\"} 1.0",
            "lynxeye_model_versions_available 1.0");
  }

  @Test
  void aRemovedVersionIsNotReportedAndItsUnloadIsNoFailure() {
    load(status(1, ModelState.AVAILABLE, null));
    scrape();
    metrics.changed(status(1, ModelState.UNLOADING, null));
    metrics.changed(status(1, ModelState.END, null));
    statuses.clear();

    assertThat(scrape())
        .noneMatch(line -> line.startsWith("lynxeye_model_state"))
        .contains("lynxeye_model_load_failures_total{model=\"cats\"} 0.0");
  }
}
