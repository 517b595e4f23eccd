package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelReportTest {

  private static final ModelId ID = new ModelId("m", 1);

  private final List<String> shown = new ArrayList<>();
  private final ModelReport report = new ModelReport(this::begin);

  private Progress.Step begin(String what, long total) {
    shown.add(what);
    return new Progress.Step() {
      @Override
      public void advance(long amount) {
        shown.add("+" + amount);
      }

      @Override
      public void close() {
        shown.add("end");
      }
    };
  }

  private ModelStatus loading() {
    ModelStatus start = ModelStatus.start(ID, Instant.EPOCH);
    report.changed(start);
    ModelStatus loading = start.to(ModelState.LOADING, Instant.EPOCH);
    report.changed(loading);
    return loading;
  }

  @Test
  void loadingAndWarmingUpAreTwoSteps() {
    ModelStatus loading = loading();
    report.warmed(ID, 1, 2);
    report.warmed(ID, 2, 2);

    report.changed(loading.to(ModelState.AVAILABLE, Instant.EPOCH));

    assertThat(shown).containsExactly("loading m/1", "end", "warming up m/1", "+1", "+1", "end");
  }

  @Test
  void aFailureEndsTheStepToo() {
    report.changed(loading().failed("its graph is cut off", Instant.EPOCH));

    assertThat(shown).containsExactly("loading m/1", "end");
  }

  @Test
  void unloadingShowsNothing() {
    ModelStatus available = loading().to(ModelState.AVAILABLE, Instant.EPOCH);
    report.changed(available);
    shown.clear();

    ModelStatus unloading = available.to(ModelState.UNLOADING, Instant.EPOCH);
    report.changed(unloading);
    report.changed(unloading.to(ModelState.END, Instant.EPOCH));

    assertThat(shown).isEmpty();
  }
}
