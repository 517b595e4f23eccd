package io.lynxeye.quantizer;

import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.quantizer.search.Runs;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the images for the ranges through a model with probes, as they are prepared. A few inputs
 * stay in memory, to measure speeds with.
 */
final class Calibration implements AutoCloseable {

  private final Runs runs;
  private final int chunk;
  private final List<PreparedInput> waiting = new ArrayList<>();
  private final List<PreparedInput> kept = new ArrayList<>();

  /**
   * @param chunk how many inputs are prepared before they are run
   */
  Calibration(Runs runs, int chunk) {
    this.runs = runs;
    this.chunk = chunk;
  }

  /** Runs all images. */
  ImageReader.Part run(ImageReader images, LoadedModel probed, Probes probes)
      throws QuantizeException, InterruptedException {
    ImageReader.Part part =
        images.calibration(
            (input, image) -> {
              waiting.add(input);
              if (waiting.size() == chunk) {
                runWaiting(probed, probes);
              }
            });
    runWaiting(probed, probes);
    return part;
  }

  private void runWaiting(LoadedModel probed, Probes probes) throws InterruptedException {
    runs.each(probed, waiting, output -> probes.add((ModelOutput.Tensors) output));
    for (PreparedInput input : waiting) {
      if (kept.size() < Search.BATCH) {
        kept.add(input);
      } else {
        input.release();
      }
    }
    waiting.clear();
  }

  /** The first inputs: at most {@link Search#BATCH}. */
  List<PreparedInput> kept() {
    return kept;
  }

  /** Releases all inputs. */
  @Override
  public void close() {
    waiting.forEach(PreparedInput::release);
    kept.forEach(PreparedInput::release);
    waiting.clear();
    kept.clear();
  }
}
