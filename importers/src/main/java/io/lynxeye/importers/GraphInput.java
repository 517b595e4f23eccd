package io.lynxeye.importers;

/** What the imported model takes as its input. */
public enum GraphInput {
  /** Normalised pixels, float32 [batch, height, width, 3]; decoding is left to the translator. */
  PIXELS,

  /**
   * JPEG files, string [batch]; decoding, resizing and normalising are part of the graph. An EXIF
   * orientation is not honoured.
   */
  JPEG
}
