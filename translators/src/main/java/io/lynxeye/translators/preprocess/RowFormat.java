package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.preprocess.Preprocessing.Channel;
import io.lynxeye.translators.preprocess.Preprocessing.ChannelOrder;
import io.lynxeye.translators.preprocess.Preprocessing.Layout;

/**
 * How a row of resized pixels is written: normalised, in the model's order of channels, as pixel
 * after pixel or as one run per channel, from left to right or mirrored.
 *
 * @param origin position of the first pixel
 * @param step distance between pixels
 * @param redAt offset of a pixel's red
 */
record RowFormat(
    int origin,
    int step,
    int redAt,
    int greenAt,
    int blueAt,
    Channel red,
    Channel green,
    Channel blue) {

  static RowFormat of(Preprocessing preprocessing, int length, boolean mirrored) {
    boolean planar = preprocessing.layout() == Layout.NCHW;
    int pixel = planar ? 1 : 3;
    int channel = planar ? length : 1;
    int redAt = preprocessing.channelOrder() == ChannelOrder.BGR ? 2 * channel : 0;
    return new RowFormat(
        mirrored ? pixel * (length - 1) : 0,
        mirrored ? -pixel : pixel,
        redAt,
        channel,
        2 * channel - redAt,
        preprocessing.channels().get(0),
        preprocessing.channels().get(1),
        preprocessing.channels().get(2));
  }
}
