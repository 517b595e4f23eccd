package io.lynxeye.engine;

import io.lynxeye.engine.adapter.ModelGraph;
import io.lynxeye.engine.adapter.RejectedInputException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model in two sessions: one whose calls have few threads each, for calls side by side, and one
 * on all cores, for calls that would leave cores idle.
 */
final class SoloGraph implements ModelGraph {

  private final ModelGraph shared;
  private final ModelGraph solo;
  private final int mostAlone;
  private final AtomicInteger running = new AtomicInteger();

  /**
   * @param shared for calls side by side; closed with this
   * @param solo for calls that run alone, or nearly; closed with this
   * @param workers calls that use all cores when they run side by side
   */
  SoloGraph(ModelGraph shared, ModelGraph solo, int workers) {
    this.shared = shared;
    this.solo = solo;
    this.mostAlone = Math.max(1, workers / 2);
  }

  @Override
  public List<Tensor> run(ModelSignature signature, List<Tensor> inputs)
      throws RejectedInputException {
    boolean isAlone = running.incrementAndGet() <= mostAlone;
    try {
      return (isAlone ? solo : shared).run(signature, inputs);
    } finally {
      running.decrementAndGet();
    }
  }

  @Override
  public List<ModelGraph> sessions() {
    return List.of(shared, solo);
  }

  @Override
  public void close() {
    try (shared) {
      solo.close();
    }
  }
}
