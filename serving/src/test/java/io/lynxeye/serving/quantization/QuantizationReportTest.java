package io.lynxeye.serving.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizationReportTest {

  private static final String REPORT =
      """
      {"format": 1,
       "model": {"file": "saved_model.pb", "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
       "agreement": {"share": 0.97, "lower": 0.95, "inputs": 400, "images": 100,
        "sure": 165, "sure_same": 164},
       "speed": {"speedup": 3.1},
       "curve": [{"share": 0.5}]}
      """;

  @TempDir Path version;

  @BeforeEach
  void writeModel() throws IOException {
    Files.createDirectory(version.resolve("int8"));
    Files.writeString(version.resolve("int8/saved_model.pb"), "");
  }

  private void write(String report) throws IOException {
    Files.writeString(version.resolve("int8/report.json"), report);
  }

  @Test
  void readsWhatWasMeasured() throws IOException {
    write(REPORT);
    QuantizationReport report = QuantizationReport.read(version).orElseThrow();

    assertThat(report.agreement()).isEqualTo(0.97);
    assertThat(report.lower()).isEqualTo(0.95);
    assertThat(report.inputs()).isEqualTo(400);
    assertThat(report.images()).isEqualTo(100);
    assertThat(report.sure()).isEqualTo(165);
    assertThat(report.sureSame()).isEqualTo(164);
    assertThat(report.speedup()).isEqualTo(3.1);
  }

  @Test
  void belongsToTheFileWithItsDigest() throws IOException {
    write(REPORT);
    QuantizationReport report = QuantizationReport.read(version).orElseThrow();
    Path model = version.resolve("saved_model.pb");

    Files.writeString(model, "abc"); // Its SHA-256 is the example of FIPS 180.
    assertThat(report.isOf(model)).isTrue();
    Files.writeString(model, "abd");
    assertThat(report.isOf(model)).isFalse();
  }

  @Test
  void aVersionWithoutOneHasNoReport() throws IOException {
    assertThat(QuantizationReport.read(version)).isEmpty();
  }

  @Test
  void aDamagedReportIsReportedWithWhatToDo() throws IOException {
    write(REPORT.replace("\"share\": 0.97,", ""));
    assertThatThrownBy(() -> QuantizationReport.read(version))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("agreement.share")
        .hasMessageContaining("quantise the model again");

    write(REPORT.replace("\"format\": 1", "\"format\": 2"));
    assertThatThrownBy(() -> QuantizationReport.read(version)).hasMessageContaining("format");
  }
}
