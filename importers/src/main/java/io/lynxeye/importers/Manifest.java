package io.lynxeye.importers;

import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.keras.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes {@code serving.properties}. */
final class Manifest {
  static final String FILE = "serving.properties";

  private static final String ENGINE =
      """
      engine=TensorFlow
      translatorFactory=io.lynxeye.translators.ImageScoringTranslatorFactory
      option.Tags=serve
      option.SignatureDefKey=serving_default
      """;
  private static final String SCORES =
      """
      outputs=probabilities
      topK=5
      applySoftmax=false
      """;

  private Manifest() {}

  /** The manifest of a model that takes normalised pixels. */
  static String pixels(FetchedArchive archive, Preprocessing pixels) {
    return origin(archive)
        + ENGINE
        + """
        width=%d
        height=%d
        resizeShort=%d
        centerCrop=true
        toTensor=false
        normalize=%s,%s
        channelOrder=%s
        layout=NHWC
        """
            .formatted(
                pixels.width(),
                pixels.height(),
                pixels.resizeShort(),
                numbers(pixels.mean()),
                numbers(pixels.std()),
                pixels.channelOrder())
        + SCORES;
  }

  /** The manifest of a model that decodes JPEG files itself. */
  static String jpeg(FetchedArchive archive) {
    return origin(archive) + ENGINE + SCORES;
  }

  /**
   * Adds a manifest to a finished model whose input is unknown, unless it has one.
   *
   * @param origin the lines that say where it comes from
   */
  static void addUnknown(Path version, String origin, String engine) throws IOException {
    Path manifest = version.resolve(FILE);
    if (!Files.exists(manifest)) {
      Files.writeString(manifest, origin + unknown(engine));
    }
  }

  private static String unknown(String engine) {
    boolean isTensorFlow = engine.equals("TensorFlow");
    return """
    # Written without knowledge of the model. If it takes pixels, not JPEG files, fill in these keys:
    # width=224
    # height=224
    # resizeShort=256
    # centerCrop=true
    # toTensor=%s
    # normalize=MEAN_R,MEAN_G,MEAN_B,STD_R,STD_G,STD_B
    # channelOrder=RGB
    # layout=%s
    # Labels go into synset.txt, one per line.
    """
            .formatted(!isTensorFlow, isTensorFlow ? "NHWC" : "NCHW")
        + (isTensorFlow
            ? ENGINE
            : """
            engine=%s
            translatorFactory=io.lynxeye.translators.ImageScoringTranslatorFactory
            """
                .formatted(engine));
  }

  /** Appends keys, which override the same keys above them. */
  static void add(Path version, Map<String, String> keys) throws IOException {
    if (!keys.isEmpty()) {
      String lines =
          keys.entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .sorted()
              .collect(Collectors.joining("\n", "\n# From the registration request.\n", "\n"));
      Files.writeString(
          version.resolve(FILE), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  /** The lines that say where an archive comes from. */
  static String origin(FetchedArchive archive) {
    return origin(archive.origin()) + "# sha256 " + archive.sha256() + "\n";
  }

  /** The line that says where a model comes from. */
  static String origin(String source) {
    return "# Imported from " + source.replaceAll("\\s", " ") + "\n";
  }

  private static String numbers(List<Float> values) {
    return values.stream()
        .map(value -> value.toString().replaceFirst("\\.0$", ""))
        .collect(Collectors.joining(","));
  }
}
