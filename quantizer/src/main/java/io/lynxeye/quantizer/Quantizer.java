package io.lynxeye.quantizer;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.Tree;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.search.CurvePoint;
import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.quantizer.search.Runs;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.tuning.TunableLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Turns a float32 version into an int8 one, within a wanted agreement: finds the layers, calibrates
 * on a third of the images, measures each layer's damage on a sixth, and leaves the worst in
 * float32 until the other half agrees. Takes minutes, all cores, and memory for two copies of the
 * model.
 */
public final class Quantizer {

  private static final int FEW_IMAGES = 40;
  private static final String LOCK = ".quantizing.lock";
  private static final String SCRATCH = ".quantizing-";

  private final TunableLoader loader;
  private final QuantizeListener listener;
  private final int cores;
  private final double seconds;

  /**
   * @param loader loads TensorFlow models on the CPU
   * @param cores the number of inference calls that run at once
   * @param seconds how long each round of a speed measurement takes
   */
  public Quantizer(TunableLoader loader, QuantizeListener listener, int cores, double seconds) {
    this.loader = loader;
    this.listener = listener;
    this.cores = cores;
    this.seconds = seconds;
  }

  /**
   * Quantises a version, and writes the result into its folder in one step.
   *
   * @throws QuantizeException when the model cannot be quantised
   */
  public QuantizeResult run(QuantizeRequest request)
      throws QuantizeException, IOException, InterruptedException {
    ModelGraphFile file = ModelGraphFile.read(request.source());
    LayerFinder.Found found = LayerFinder.find(file.graph());
    requireLayers(found);
    try (LockFile lock =
        LockFile.tryTake(request.store(), LOCK)
            .orElseThrow(
                () ->
                    new QuantizeException(
                        "another process quantises a model in %s: wait until it has ended"
                            .formatted(request.store())))) {
      for (Path leftover : lock.leftovers(SCRATCH)) { // Of a run that was killed.
        new Tree(leftover).delete();
      }
      return inScratch(request, file, found);
    }
  }

  private QuantizeResult inScratch(
      QuantizeRequest request, ModelGraphFile file, LayerFinder.Found found)
      throws QuantizeException, IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(request.store(), SCRATCH);
    try (Runs runs = new Runs(cores)) {
      Candidates candidates =
          new Candidates(loader, request.source(), file, scratch, oneThreadPerCall());
      try (LoadedModel exact = candidates.exact()) {
        requireScores(exact, request);
        return quantize(
            request, found, new Session(file, candidates, runs, exact, seconds), scratch);
      }
    } catch (ModelLoadException e) {
      throw new QuantizeException(
          request.source().id() + " cannot be loaded: " + e.getMessage(), e);
    } finally {
      new Tree(scratch).delete();
    }
  }

  /** What the steps share. */
  record Session(
      ModelGraphFile file, Candidates candidates, Runs runs, LoadedModel exact, double seconds) {}

  private QuantizeResult quantize(
      QuantizeRequest request, LayerFinder.Found all, Session session, Path scratch)
      throws QuantizeException, IOException, InterruptedException, ModelLoadException {
    ImageReader images = new ImageReader(session.exact(), request.images(), listener);
    warnOfFew(request, images.count());
    listener.step("preparing %d images".formatted(images.count()), images.count());
    ImageReader.Parts parts = images.read();
    Probes probes = calibrate(all.layers(), parts.calibration(), session);
    LayerFinder.Found found = all.withoutGroups(probes.channels());
    requireLayers(found);
    Search search =
        new Search(
            session,
            listener,
            found.layers(),
            probes,
            parts.calibration().set(),
            parts.screening().set(),
            parts.test().set());
    Search.Outcome outcome = search.run(request.agree());
    listener.step("writing", 0);
    ReportWriter report = new ReportWriter(request, found, parts, outcome, cores, session.exact());
    Path target =
        new Int8Folder(request.source().folder(), scratch)
            .write(
                file -> session.file().write(search.nodes(outcome.chosen()), Map.of(), file),
                report::write);
    return new QuantizeResult(
        target, outcome.chosen(), outcome.curve(), search.names().size(), outcome.isMet());
  }

  private Probes calibrate(Map<String, Layer> layers, ImageReader.Part images, Session session)
      throws IOException, InterruptedException, ModelLoadException {
    listener.step("calibrating on %d inputs".formatted(images.set().inputs().size()), 0);
    Probes probes = new Probes(layers);
    try (LoadedModel probed =
        session
            .candidates()
            .load(probes.graph(session.file().graph(), layers), probes.outputs(), "fp32")) {
      session
          .runs()
          .each(probed, images.set().inputs(), output -> probes.add((ModelOutput.Tensors) output));
    }
    return probes;
  }

  private void warnOfFew(QuantizeRequest request, int count) {
    if (request.areFew()) {
      listener.warn(
          "calibrating and testing on crops of the %d sample images alone: too few to tell how far the answers agree; give a folder of at least %d images like those to be scored with --calibrate"
              .formatted(count, 2 * FEW_IMAGES));
    } else if (count < 2 * FEW_IMAGES) {
      listener.warn(
          "%d images are few: a third is calibrated with, a sixth chosen with, half tested on; %d or more tell more"
              .formatted(count, 2 * FEW_IMAGES));
    }
  }

  private static void requireLayers(LayerFinder.Found found) throws QuantizeException {
    if (found.layers().values().stream().allMatch(layer -> layer.kind() == Layer.Kind.MATRIX)) {
      throw new QuantizeException(
          "no convolution of it can be quantised"
              + (found.skipped().isEmpty() ? "" : ": " + found.skipped()));
    }
  }

  private Tuning oneThreadPerCall() {
    return new Tuning(cores, 1, new EngineThreads(1, cores), false);
  }

  private static void requireScores(LoadedModel exact, QuantizeRequest request)
      throws QuantizeException {
    List<String> reasons = exact.description().noImages().map(List::of).orElse(List.of());
    if (!reasons.isEmpty()) {
      throw new QuantizeException(
          request.source().id()
              + " takes no images, so it cannot be calibrated: "
              + reasons.get(0));
    }
  }

  /** A point of the curve, as one line. */
  static String line(CurvePoint point, int layers) {
    return "%3d of %d layers in float32: %5.1f %% agree, sure ones %d/%d, %.2f x as fast (%.0f images/s)"
        .formatted(
            point.realLayers().size(),
            layers,
            100 * point.agreement().share(),
            point.agreement().sureSame(),
            point.agreement().sure(),
            point.speedup(),
            point.imagesPerSecond());
  }
}
