package io.lynxeye.quantizer;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.Tree;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.search.CurvePoint;
import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.quantizer.search.Runs;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.TunableLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a float32 version into an int8 one, within a wanted agreement: finds the layers, calibrates
 * on a third of the images, measures each layer's damage on a sixth, and leaves the worst in
 * float32 until the other half agrees. Takes minutes, all cores, and memory for several copies of
 * the weights; of the prepared images, as many as fit into a quarter of the heap.
 */
public final class Quantizer {

  private static final int FEW_IMAGES = 40;
  private static final String LOCK = ".quantizing.lock";
  private static final String SCRATCH = ".quantizing-";
  private static final String ASSETS = "assets";

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
   * Quantises a version, and writes the result into its folder in one step. When its thread is
   * interrupted, it leaves nothing behind.
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
    Int8Folder folder = new Int8Folder(request.source().folder());
    folder.recover();
    Path scratch = Files.createTempDirectory(request.store(), SCRATCH);
    try (Runs runs = new Runs(cores)) {
      Candidates candidates =
          new Candidates(loader, request.source(), file, scratch, oneThreadPerCall());
      try (LoadedModel exact = candidates.exact()) {
        requireImages(exact, request);
        return quantize(
            request, found, new Session(file, candidates, runs, exact, seconds), folder);
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
      QuantizeRequest request, LayerFinder.Found all, Session session, Int8Folder folder)
      throws QuantizeException, IOException, InterruptedException, ModelLoadException {
    listener.step("reading %d images".formatted(request.images().size()), 0);
    ImageReader images = new ImageReader(session.exact(), request.images(), memory(), listener);
    warnOfFew(request, images.count());
    try (ImageSet screening = new ImageSet();
        ImageSet test = new ImageSet();
        Calibration calibration = new Calibration(session.runs(), cores * Runs.BATCH)) {
      int kept = images.count() - images.calibrationCount();
      listener.step("preparing %d images".formatted(kept), kept);
      ImageReader.Part screened = images.screening(screening);
      requireScores(session.exact(), screening.inputs().get(0), request);
      ImageReader.Part tested = images.test(test);
      int calibrated = images.calibrationCount();
      listener.step("calibrating on %d images".formatted(calibrated), calibrated);
      Probes probes = new Probes(all.layers());
      ImageReader.Part ranged = calibrate(probes, all.layers(), images, calibration, session);
      LayerFinder.Found found = all.fitting(probes.channels());
      requireLayers(found);
      Search search =
          new Search(
              session, listener, found.layers(), probes, calibration.kept(), screening, test);
      Search.Outcome outcome = search.run(request.agree());
      listener.step("writing", 0);
      ReportWriter.Parts parts = new ReportWriter.Parts(ranged, screened, tested);
      ReportWriter report =
          new ReportWriter(request, found, parts, outcome, cores, session.exact());
      Path target =
          folder.write(
              path -> session.file().write(search.nodes(outcome.chosen()), Map.of(), path),
              path -> copyAssets(session.file(), request.source(), path),
              report::write);
      return new QuantizeResult(
          target, outcome.chosen(), outcome.curve(), search.names().size(), outcome.isMet());
    }
  }

  /** The rest of the heap holds the weights: as read, scaled, and written. */
  private static long memory() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  private static ImageReader.Part calibrate(
      Probes probes,
      Map<String, Layer> layers,
      ImageReader images,
      Calibration calibration,
      Session session)
      throws QuantizeException, IOException, InterruptedException, ModelLoadException {
    try (LoadedModel probed =
        session.candidates().load(probes.graph(session.file().graph(), layers), probes.outputs())) {
      return calibration.run(images, probed, probes);
    }
  }

  private static void copyAssets(ModelGraphFile file, ModelSource source, Path folder)
      throws IOException {
    Path assets = source.modelFolder().resolve(ASSETS);
    if (file.hasAssets() && Files.isDirectory(assets)) {
      new Tree(assets).copy(folder.resolve(ASSETS), path -> true);
    }
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

  private static void requireImages(LoadedModel exact, QuantizeRequest request)
      throws QuantizeException {
    Optional<String> reason = exact.description().noImages();
    if (reason.isPresent()) {
      throw new QuantizeException(
          "%s takes no images, so it cannot be calibrated: %s"
              .formatted(request.source().id(), reason.get()));
    }
  }

  /** A detector has none, and a translator of the model's own hides them. */
  private static void requireScores(LoadedModel exact, PreparedInput input, QuantizeRequest request)
      throws QuantizeException {
    try {
      boolean hasScores =
          exact.run(List.of(input)).get(0) instanceof ModelOutput.Tensors tensors
              && tensors.scores().isPresent();
      if (!hasScores) {
        throw new QuantizeException(
            "%s gives no class scores (its output is %s), so nothing says how far an int8 variant agrees; if it classifies, name its scores with output and set topK in serving.properties"
                .formatted(request.source().id(), exact.description().output()));
      }
    } catch (InvalidInputException | NotNumbersException e) {
      throw new QuantizeException(
          request.source().id() + " cannot score the images: " + e.getMessage(), e);
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
