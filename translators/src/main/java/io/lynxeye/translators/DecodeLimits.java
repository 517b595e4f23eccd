package io.lynxeye.translators;

/**
 * Limits of one decoder.
 *
 * @param maxPixels the largest accepted width times height, checked by the header alone
 * @param maxDecodeBytes memory that all concurrent decodes may hold together, in bytes
 */
public record DecodeLimits(long maxPixels, long maxDecodeBytes) {

  /** Throws {@link IllegalArgumentException} unless both limits are positive. */
  public DecodeLimits {
    if (maxPixels < 1 || maxDecodeBytes < 1) {
      throw new IllegalArgumentException(
          "maxPixels and maxDecodeBytes must be positive: " + maxPixels + ", " + maxDecodeBytes);
    }
  }

  /** 50 million pixels, and two fifths of the largest heap this JVM may use. */
  public static DecodeLimits defaults() {
    return new DecodeLimits(50_000_000, Runtime.getRuntime().maxMemory() / 5 * 2);
  }
}
