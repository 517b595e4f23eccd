package io.lynxeye.translators;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a model wants its pictures, as said in its {@code serving.properties}. Steps, in order:
 * resize, crop, scale and normalise, order channels, lay out.
 *
 * @param width columns of the model's input, in pixels
 * @param height rows of the model's input, in pixels
 * @param resize what the whole picture is resized to
 * @param channels what becomes of each sample, for red, green and blue
 * @param channelOrder which channel comes first in the model's input
 * @param layout whether channels are innermost or outermost in the model's input
 */
public record Preprocessing(
    int width,
    int height,
    Resize resize,
    List<Channel> channels,
    ChannelOrder channelOrder,
    Layout layout) {

  /** The arguments that are understood; any other is somebody else's, or a typing mistake. */
  public static final Set<String> KEYS =
      Set.of(
          "width",
          "height",
          "resize",
          "resizeShort",
          "centerCrop",
          "centerFit",
          "pad",
          "flag",
          "toTensor",
          "normalize",
          "range",
          "channelOrder",
          "layout");

  /** What the whole picture is resized to, before its centre is cut out. */
  public sealed interface Resize {

    /** Exactly this many pixels. */
    record Exact(int width, int height) implements Resize {}

    /** The short side gets this many pixels; the long side keeps the shape, rounded down. */
    record ShortSide(int pixels) implements Resize {}

    /** The picture keeps its size. */
    record Keep() implements Resize {}
  }

  /** A sample {@code s} from 0 to 255 becomes {@code s * scale + offset}. */
  public record Channel(float scale, float offset) {}

  /** Which channel comes first. */
  public enum ChannelOrder {
    /** Red, green, blue. */
    RGB,
    /** Blue, green, red. */
    BGR
  }

  /** The order of the model input's dimensions. */
  public enum Layout {
    /** Sample, row, column, channel. */
    NHWC,
    /** Sample, channel, row, column. */
    NCHW
  }

  /** Throws {@link IllegalArgumentException} unless there are three channels. */
  public Preprocessing {
    channels = List.copyOf(channels);
    if (channels.size() != 3) {
      throw new IllegalArgumentException("3 channels needed: " + channels);
    }
  }

  /**
   * Reads the arguments; names and meanings are those of DJL's image translators, except {@code
   * channelOrder} and {@code layout}. Without {@code resize}, {@code resizeShort} and a crop the
   * picture is resized to width x height. A crop larger than the picture is filled up with black.
   *
   * @param arguments as DJL passes them to a translator factory; unknown keys are left alone
   * @throws IllegalArgumentException listing every problem, each with its key
   */
  public static Preprocessing from(Map<String, ?> arguments) {
    Arguments reader = new Arguments(arguments);
    Preprocessing preprocessing = PreprocessingParser.parse(reader);
    reader.check();
    return preprocessing;
  }

  /** Floats per sample. */
  public int sampleFloats() {
    return 3 * width * height;
  }
}
