package io.lynxeye.bench;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.postprocess.TopK;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lynxeye bench faithfulness}: how much does scaled JPEG decoding change the scores? */
@Command(
    name = "faithfulness",
    description = {
      "Measures how much scaled JPEG decoding changes the scores.",
      "Scores crops of each image twice: decoded by libjpeg-turbo at the smallest sufficient scale,"
          + " and decoded in full by the JDK. Prints each change of the best class and a summary."
    },
    mixinStandardHelpOptions = true)
final class FaithfulnessCommand implements Callable<Integer> {

  /**
   * What scaled decoding changed for one input.
   *
   * @param probability change of the probability of the reference's best class
   * @param margin between the reference's two best classes
   */
  private record Change(double probability, boolean isSameClass, double margin) {}

  @Parameters(
      index = "0",
      paramLabel = "VERSION",
      description = "The folder of a SavedModel, such as model-store/resnet50/1.")
  private Path version;

  @Parameters(index = "1", paramLabel = "IMAGES", description = "A folder of images.")
  private Path images;

  private final List<Change> changes = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    EngineConfig config =
        new EngineConfig(DeviceChoice.parse("cpu"), UserFolders.ofThisUser(), 0, 0);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    DecodeLimits limits = DecodeLimits.defaults();
    var turbo = JpegDecoders.choose(new NativeLibraries(config.cache()));
    ModelSource source =
        new ModelSource(
            new ModelId("model", 1),
            new ModelFiles(version, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.read(version));
    LoadedModel full = new EngineLoader(engine, config, new ImageDecoder(limits)).load(source);
    LoadedModel scaled =
        new EngineLoader(engine, config, new ImageDecoder(limits, turbo)).load(source);
    List<Path> files;
    try (Stream<Path> listed = Files.list(images)) {
      files = listed.sorted().toList();
    }
    for (Path file : files) {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image != null) {
        for (byte[] jpeg : ImageVariants.of(image)) {
          compare(file.getFileName().toString(), scores(full, jpeg), scores(scaled, jpeg));
        }
      }
    }
    print(files.size());
    return 0;
  }

  private static float[] scores(LoadedModel model, byte[] jpeg) throws InvalidInputException {
    PreparedInput sample = model.prepare(jpeg);
    ModelOutput output = model.run(List.of(sample)).get(0);
    sample.release();
    return ((ModelOutput.Scores) output).values();
  }

  private void compare(String name, float[] expected, float[] actual) {
    int[] best = TopK.indices(expected, 0, expected.length, 2);
    boolean isSame = TopK.indices(actual, 0, actual.length, 1)[0] == best[0];
    double margin = expected[best[0]] - expected[best[1]];
    changes.add(new Change(Math.abs(actual[best[0]] - expected[best[0]]), isSame, margin));
    if (!isSame) {
      System.out.printf(
          "%s: another best class; probability %.3f instead of %.3f, margin %.4f%n",
          name, actual[best[0]], expected[best[0]], margin);
    }
  }

  private void print(int files) {
    double[] sorted = changes.stream().mapToDouble(Change::probability).sorted().toArray();
    System.out.printf(
        "%d inputs of %d images: same class %.1f %%; change of the probability: mean %.4f, p99"
            + " %.4f, max %.4f; largest margin of a changed class %.4f%n",
        sorted.length,
        files,
        100.0 * changes.stream().filter(Change::isSameClass).count() / sorted.length,
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1],
        changes.stream().filter(c -> !c.isSameClass).mapToDouble(Change::margin).max().orElse(0));
  }
}
