package io.lynxeye.translators.preprocess;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How images are prepared for a model, from its {@code serving.properties}. Steps, in order:
 * resize, crop, scale and normalise, order channels, lay out.
 *
 * @param width columns of the model's input, in pixels
 * @param height rows of the model's input, in pixels
 * @param resize the size of the whole image before the crop
 * @param channels scale and offset of red, green and blue
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

  /** The supported arguments. */
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

  /** The size of the whole image before its centre is cropped. */
  public sealed interface Resize {

    /** Exactly this size, in pixels. */
    record Exact(int width, int height) implements Resize {}

    /** The short side has this many pixels; the long side keeps the aspect ratio, rounded down. */
    record ShortSide(int pixels) implements Resize {}

    /** The original size. */
    record Keep() implements Resize {}
  }

  /** Maps a value {@code v} of 0 to 255 to {@code v * scale + offset}. */
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
    /** Image, row, column, channel. */
    NHWC,
    /** Image, channel, row, column. */
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
   * image is resized to width x height. A crop larger than the image is padded with black.
   *
   * @param arguments as DJL passes them to a translator factory; unknown keys are ignored
   * @throws IllegalArgumentException listing every problem, each with its key
   */
  public static Preprocessing from(Map<String, ?> arguments) {
    Arguments reader = new Arguments(arguments);
    Preprocessing preprocessing = PreprocessingParser.parse(reader);
    reader.check();
    return preprocessing;
  }

  /** Floats per input. */
  public int sampleFloats() {
    return 3 * width * height;
  }
}
