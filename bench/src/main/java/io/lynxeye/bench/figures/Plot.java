package io.lynxeye.bench.figures;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Line charts as one SVG, two in a row. */
public final class Plot {

  private static final int WIDTH = 440;
  private static final int HEIGHT = 300;
  private static final int IN_A_ROW = 2;

  /** Text is drawn as outlines: two decimals are enough and halve the file. */
  private static final Pattern DIGITS = Pattern.compile("(\\.\\d\\d)\\d+");

  private static final Color[] COLOURS = {
    new Color(0x1f77b4),
    new Color(0xd95f02),
    new Color(0x7f7f7f),
    new Color(0x2ca02c),
    new Color(0x9467bd)
  };

  private final List<XYChart> charts = new ArrayList<>();

  /** Starts the next chart. */
  public Plot chart(String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Font small = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendFont(small)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14))
        .setChartBackgroundColor(Color.WHITE)
        .setSeriesColors(COLOURS);
    chart.getStyler().setAxisTitleFont(small).setAxisTickLabelsFont(small).setYAxisMin(0.0);
    charts.add(chart);
    return this;
  }

  /** Makes the x axis of the last chart logarithmic: all x must be positive. */
  public Plot logarithmic() {
    charts.get(charts.size() - 1).getStyler().setXAxisLogarithmic(true);
    return this;
  }

  /** Adds a line to the last chart, without the points whose y is NaN. */
  public Plot line(String name, double[] x, double[] y) {
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(y[i])) {
        xs.add(x[i]);
        ys.add(y[i]);
      }
    }
    if (!xs.isEmpty()) {
      charts
          .get(charts.size() - 1)
          .addSeries(name, xs, ys)
          .setMarker(SeriesMarkers.CIRCLE)
          .setLineStyle(new BasicStroke(2f));
    }
    return this;
  }

  /** Draws the charts that have lines. */
  public String svg() {
    List<XYChart> drawn = charts.stream().filter(chart -> !chart.getSeriesMap().isEmpty()).toList();
    VectorGraphics2D graphics = new VectorGraphics2D();
    for (int i = 0; i < drawn.size(); i++) {
      drawn.get(i).paint(graphics, WIDTH, HEIGHT);
      boolean isRowFull = i % IN_A_ROW == IN_A_ROW - 1;
      graphics.translate(isRowFull ? -(IN_A_ROW - 1) * WIDTH : WIDTH, isRowFull ? HEIGHT : 0);
    }
    CommandSequence commands = graphics.getCommands();
    int rows = Math.max(1, (drawn.size() + IN_A_ROW - 1) / IN_A_ROW);
    int columns = Math.max(1, Math.min(IN_A_ROW, drawn.size()));
    PageSize page = new PageSize(0, 0, WIDTH * columns, HEIGHT * rows);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new SVGProcessor().getDocument(commands, page).writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return DIGITS.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("$1");
  }
}
