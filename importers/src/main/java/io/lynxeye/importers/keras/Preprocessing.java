package io.lynxeye.importers.keras;

import java.util.List;

/**
 * What happens to a decoded image before the first layer sees it: antialiased bilinear resize of
 * the short side, centre crop, normalisation, channel order. Either written to the manifest or
 * built into the graph, always from here.
 *
 * @param width width of the crop in pixels
 * @param height height of the crop in pixels
 * @param resizeShort short side of the image before the crop, in pixels
 * @param mean subtracted from the channels, in the order red, green, blue, on the scale 0 to 255
 * @param std the channels are then divided by it, in the order red, green, blue
 * @param channelOrder the order in which the model takes the channels
 */
public record Preprocessing(
    int width,
    int height,
    int resizeShort,
    List<Float> mean,
    List<Float> std,
    ChannelOrder channelOrder) {

  /** The order of the colour channels in the tensor. */
  public enum ChannelOrder {
    RGB,
    BGR
  }

  /** Checks the three channels and the sizes. */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3 || std.contains(0f)) {
      throw new IllegalArgumentException("three means and three non-zero deviations are needed");
    }
    if (width <= 0 || height <= 0 || resizeShort < Math.max(width, height)) {
      throw new IllegalArgumentException("the crop must fit into the resized image");
    }
  }
}
