package io.lynxeye.engine.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeRowsTest {

  private final Memory memory = new Memory(3 * 4 * 2);
  private final List<Pointer> freed = new ArrayList<>();
  private final NativeRows rows = new NativeRows(memory, 4, 2, freed::add);

  @Test
  void readsPartOfARow() {
    for (int i = 0; i < 24; i++) {
      memory.setByte(i, (byte) i);
    }
    byte[] rgb = new byte[7];

    rows.read(1, 2, 2, rgb);

    assertThat(rgb).containsExactly(18, 19, 20, 21, 22, 23, 0);
  }

  @Test
  void refusesReadsOutsideARow() {
    byte[] rgb = new byte[30];

    for (int[] part : new int[][] {{2, 0, 1}, {-1, 0, 1}, {0, 2, 3}, {0, -1, 2}}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> rows.read(part[0], part[1], part[2], rgb));
    }
  }

  @Test
  void freesItsPixelsOnceAndRefusesLaterReads() {
    rows.close();
    rows.close();

    assertThat(freed).containsExactly(memory);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> rows.read(0, 0, 1, new byte[3]));
  }
}
