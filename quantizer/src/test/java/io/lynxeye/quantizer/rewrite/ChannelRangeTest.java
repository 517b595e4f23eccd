package io.lynxeye.quantizer.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChannelRangeTest {

  /** A channel on both sides of zero, one below it, one above it. */
  private final ChannelRange range =
      new ChannelRange(new float[] {-2, -4, 1}, new float[] {2, -2, 3}, new float[] {0, -3, 2});

  @Test
  void aWiderRangeContainsTheOldOneInEveryChannel() {
    ChannelRange wider = range.widened(1.5);

    assertThat(wider.min()).containsExactly(-3, -6, 1);
    assertThat(wider.max()).containsExactly(3, -2, 4.5f);
    assertThat(wider.mean()).containsExactly(0, -3, 2);
  }

  @Test
  void allSeenValuesFitAfterTheShiftOfAWiderRange() {
    ChannelRange wider = range.widened(1.5);
    ChannelRange shifted = wider.plus(wider.shift());

    // The second channel was seen up to -2; with 6 added that is 4.
    assertThat(shifted.max()[1]).isEqualTo(4);
    assertThat(shifted.min()).containsExactly(0, 0, 1);
  }
}
