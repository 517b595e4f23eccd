package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void isMarkdown() {
    assertThat(new Table("clients", "images/s").row(32, 7.891))
        .hasToString("| clients | images/s |\n|---|---|\n| 32 | 7.89 |\n");
  }

  @Test
  void aRowMustHaveACellForEachHeading() {
    assertThatThrownBy(() -> new Table("clients", "images/s").row(32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 2 columns");
  }

  @Test
  void aTableWithoutRowsIsEmpty() {
    assertThat(new Table("clients").isEmpty()).isTrue();
    assertThat(new Table("clients").row(1).isEmpty()).isFalse();
  }
}
