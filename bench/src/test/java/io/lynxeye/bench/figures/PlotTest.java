package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PlotTest {

  private static final double[] X = {1, 2, 3};
  private static final String FIRST = "rgb(31,119,180)";
  private static final String SECOND = "rgb(217,95,2)";

  @Test
  void isAnSvgWithALineOfADifferentColourForEach() throws Exception {
    Plot plot = new Plot().chart("Latency", "clients", "ms").line("p50", X, X);

    assertThat(parse(plot.svg()).getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(plot.svg()).contains(FIRST).doesNotContain(SECOND);
    assertThat(plot.line("p99", X, X).svg()).contains(FIRST, SECOND);
  }

  @Test
  void chartsAreDrawnSideBySide() throws Exception {
    Plot one = new Plot().chart("one", "x", "y").line("a", X, X);
    double width = width(one.svg());

    one.chart("two", "x", "y").line("b", X, X);

    assertThat(width(one.svg())).isEqualTo(2 * width);
  }

  @Test
  void linesWithoutValuesAreNotDrawn() throws Exception {
    double[] nothing = {Double.NaN, Double.NaN, Double.NaN};
    Plot plot = new Plot().chart("full", "x", "y").line("all", X, X);
    double width = width(plot.svg());

    plot.line("nothing", X, nothing).chart("empty", "x", "y").line("nothing", X, nothing);

    assertThat(plot.svg()).contains(FIRST).doesNotContain(SECOND);
    assertThat(width(plot.svg())).isEqualTo(width);
  }

  private static double width(String svg) throws Exception {
    String[] box = parse(svg).getDocumentElement().getAttribute("viewBox").split(" ", -1);
    return Double.parseDouble(box[2]);
  }

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}
