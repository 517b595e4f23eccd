package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.graph.TestNet;
import io.lynxeye.quantizer.search.Agreement;
import io.lynxeye.quantizer.search.CurvePoint;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {

  @TempDir Path version;

  private static LayerFinder.Found layers() {
    TestNet net = new TestNet();
    String one = net.convolution("one", net.input("x"), net.random(1, 1, 1, 2, 2), 1, "SAME");
    String two = net.convolution("two", one, net.random(1, 1, 1, 2, 2), 1, "SAME");
    return LayerFinder.find(net.graph(two));
  }

  private Path write(Map<String, Double> damages, Agreement agreement) throws IOException {
    Files.writeString(version.resolve("saved_model.pb"), "model");
    Path folder = Files.createDirectory(version.resolve("int8"));
    Files.writeString(folder.resolve("saved_model.pb"), "int8 model");
    ModelSource source =
        new ModelSource(
            new ModelId("m", 1),
            new ModelFiles(version, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.of(Map.of()));
    CurvePoint point = new CurvePoint(Set.of("two"), agreement, 30, 10);
    ImageReader.Part part = new ImageReader.Part(1, 2, "digest");
    new ReportWriter(
            new QuantizeRequest(source, version, List.of(), false, 0.9, "processor"),
            layers(),
            new ReportWriter.Parts(part, part, part),
            new Search.Outcome(point, List.of(point), true, damages, new Search.Scaling(0, 1)),
            2,
            new StubModel(Takes.BOTH, input -> ModelOutput.ofScores("scores", new float[1])))
        .write(folder.resolve("report.json"));
    return folder.resolve("report.json");
  }

  private static Agreement agreement(float[] other) {
    return Agreement.of(List.of(new float[] {1, 0}), List.of(other), List.of(0));
  }

  /** The values of all fields of this name. */
  private static List<String> values(Path file, String name) throws IOException {
    List<String> values = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue() && name.equals(parser.currentName())) {
          values.add(token + " " + parser.getText());
        }
      }
    }
    return values;
  }

  @Test
  void theServerReadsWhatIsWritten() throws Exception {
    write(Map.of("one", 0.25, "two", 0.5), agreement(new float[] {1, 0}));
    QuantizationReport report = QuantizationReport.read(version).orElseThrow();

    assertThat(report.agreement()).isEqualTo(1);
    assertThat(report.speedup()).isEqualTo(3);
    assertThat(report.isOf(version.resolve("saved_model.pb"))).isTrue();
  }

  @Test
  void aDamageWithoutANumberIsNull() throws Exception {
    Path report =
        write(Map.of("one", 0.25, "two", Double.POSITIVE_INFINITY), agreement(new float[] {1, 0}));

    assertThat(values(report, "damage"))
        .containsExactlyInAnyOrder("VALUE_NUMBER_FLOAT 0.25", "VALUE_NULL null");
  }

  @Test
  void scoresThatAreNotNumbersLeaveAReportOfNumbers() throws Exception {
    Path report = write(Map.of("one", 0.25), agreement(new float[0]));

    assertThat(values(report, "divergence")).containsOnly("VALUE_NULL null");
    assertThat(QuantizationReport.read(version).orElseThrow().agreement()).isZero();
  }
}
