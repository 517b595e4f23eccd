package io.lynxeye.translators.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResizeScratchTest {

  @Test
  void holdsTheRequestedSize() {
    ResizeScratch scratch = new ResizeScratch();

    scratch.fit(40, 7, 224);

    assertThat(scratch.encoded().length).isGreaterThanOrEqualTo(3 * 40);
    assertThat(scratch.source(6).length).isGreaterThanOrEqualTo(3 * 40);
    assertThat(scratch.mixed().length).isGreaterThanOrEqualTo(3 * 40);
    assertThat(scratch.resized().length).isGreaterThanOrEqualTo(3 * 224);
    assertThat(scratch.bytes()).isLessThanOrEqualTo(ResizeScratch.bytes(40, 7, 224));
  }

  /** A very wide image and then a very high one must not add up to width times height. */
  @Test
  void aWideImageDoesNotMakeTheNextOneExpensive() {
    ResizeScratch scratch = new ResizeScratch();
    scratch.fit(38_000, 1, 224);

    scratch.fit(1, 587, 224);

    assertThat(scratch.bytes())
        .isLessThanOrEqualTo(
            ResizeScratch.bytes(38_000, 1, 224) + ResizeScratch.bytes(1, 587, 224));
    scratch.fit(38_000, 1, 224);
    assertThat(scratch.source(0).length).isGreaterThanOrEqualTo(3 * 38_000);
  }
}
