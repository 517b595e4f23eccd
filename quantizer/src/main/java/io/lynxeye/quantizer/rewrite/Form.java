package io.lynxeye.quantizer.rewrite;

/** How a value is written in 8 bits. */
enum Form {
  /** It is never negative: all 8 bits above zero. */
  POSITIVE,
  /** 7 bits on either side of zero. */
  SIGNED,
  /** A constant added to each channel makes it positive. */
  SHIFTED
}
