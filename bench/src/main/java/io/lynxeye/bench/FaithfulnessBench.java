package io.lynxeye.bench;

import io.lynxeye.config.CacheFolder;
import io.lynxeye.engine.DeviceChoice;
import io.lynxeye.engine.EngineConfig;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.JpegDecoders;
import io.lynxeye.engine.NativeLibraries;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TopK;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Does scaled decoding change what a model says? Scores the same JPEGs twice: decoded by
 * libjpeg-turbo at the smallest sufficient scale, and as a reference in full by the JDK; the
 * antialiased resize is the same.
 *
 * <p>Arguments: a version's folder, and a folder of pictures. Several JPEGs are made of each:
 * crops, at sizes where the scaling acts by 1 to 8.
 */
public final class FaithfulnessBench {

  /** What became of one input: of the reference's best class, and of the best class. */
  private record Change(double probability, boolean isSameClass, double margin) {}

  private final LoadedModel reference;
  private final LoadedModel scaled;
  private final List<Change> changes = new ArrayList<>();

  private FaithfulnessBench(LoadedModel reference, LoadedModel scaled) {
    this.reference = reference;
    this.scaled = scaled;
  }

  /** Prints one line, and one for each changed class. */
  public static void main(String[] args) throws Exception {
    EngineConfig config =
        new EngineConfig(DeviceChoice.parse("cpu"), CacheFolder.ofThisUser(), 0, 0);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    DecodeLimits limits = DecodeLimits.defaults();
    var turbo = JpegDecoders.choose(new NativeLibraries(config.cache()));
    Path folder = Path.of(args[0]);
    ModelSource source =
        new ModelSource(
            new ModelId("model", 1),
            new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.read(folder));
    FaithfulnessBench bench =
        new FaithfulnessBench(
            new EngineLoader(engine, config, new ImageDecoder(limits)).load(source),
            new EngineLoader(engine, config, new ImageDecoder(limits, turbo)).load(source));
    bench.run(Path.of(args[1]));
  }

  private void run(Path pictures) throws Exception {
    List<Path> files;
    try (Stream<Path> listed = Files.list(pictures)) {
      files = listed.sorted().toList();
    }
    for (Path file : files) {
      BufferedImage picture = ImageIO.read(file.toFile());
      if (picture != null) {
        for (byte[] jpeg : PictureVariants.of(picture)) {
          compare(file.getFileName().toString(), jpeg);
        }
      }
    }
    print(files.size());
  }

  private void compare(String name, byte[] jpeg) throws InvalidInputException {
    float[] expected = score(reference, jpeg);
    float[] actual = score(scaled, jpeg);
    int[] best = TopK.indices(expected, 0, expected.length, 2);
    boolean isSame = TopK.indices(actual, 0, actual.length, 1)[0] == best[0];
    double margin = expected[best[0]] - expected[best[1]];
    changes.add(new Change(Math.abs(actual[best[0]] - expected[best[0]]), isSame, margin));
    if (!isSame) {
      System.out.printf(
          "another class: %s, %.3f became %.3f, margin %.4f%n",
          name, expected[best[0]], actual[best[0]], margin);
    }
  }

  private static float[] score(LoadedModel model, byte[] jpeg) throws InvalidInputException {
    Sample sample = model.prepare(jpeg);
    ModelOutput output = model.run(List.of(sample)).get(0);
    sample.release();
    return ((ModelOutput.Scores) output).values();
  }

  private void print(int pictures) {
    double[] sorted = changes.stream().mapToDouble(Change::probability).sorted().toArray();
    System.out.printf(
        "%d inputs of %d pictures: same class %.1f %%; probability changed by mean %.4f, p99 %.4f,"
            + " max %.4f; largest margin of another class %.4f%n",
        sorted.length,
        pictures,
        100.0 * changes.stream().filter(Change::isSameClass).count() / sorted.length,
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1],
        changes.stream().filter(c -> !c.isSameClass).mapToDouble(Change::margin).max().orElse(0));
  }
}
