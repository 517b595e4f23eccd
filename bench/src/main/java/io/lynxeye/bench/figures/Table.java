package io.lynxeye.bench.figures;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table. */
public final class Table {

  private final List<String> lines = new ArrayList<>();
  private final int columns;

  public Table(String... headings) {
    this.columns = headings.length;
    lines.add("| " + String.join(" | ", headings) + " |");
    lines.add("|" + "---|".repeat(columns));
  }

  /** Adds a row; numbers are rounded to three digits. */
  public Table row(Object... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      texts.add(cell instanceof Double number ? Verdict.number(number) : cell.toString());
    }
    lines.add("| " + String.join(" | ", texts) + " |");
    return this;
  }

  public boolean isEmpty() {
    return lines.size() == 2;
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }
}
