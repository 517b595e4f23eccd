package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

  @Test
  void hasSettingsRatiosAndEveryRound() {
    Figures figures = new Figures();
    figures.add("closed.32.p50_ms", 4.0);
    figures.add("closed.32.p50_ms", 2.0);

    JsonObject run =
        parse(
            ResultFile.json(
                Map.of("machine", "2 cores"),
                List.of(Verdict.atMost(2, "tail", 1.5), Verdict.atMost(2, "not measured")),
                figures));

    assertThat(run.getAsJsonObject("setting").get("machine").getAsString()).isEqualTo("2 cores");
    assertThat(run.getAsJsonArray("ratios")).hasSize(1);
    JsonObject ratio = run.getAsJsonArray("ratios").get(0).getAsJsonObject();
    assertThat(ratio.get("median").getAsDouble()).isEqualTo(1.5);
    assertThat(ratio.get("bound").getAsString()).isEqualTo("<= 2");
    assertThat(ratio.get("met").getAsBoolean()).isTrue();
    JsonObject p50 = run.getAsJsonObject("figures").getAsJsonObject("closed.32.p50_ms");
    assertThat(p50.get("median").getAsDouble()).isEqualTo(3);
    assertThat(p50.getAsJsonArray("rounds")).hasSize(2);
  }

  @Test
  void undefinedValuesAreIgnored() {
    Figures figures = new Figures();
    figures.add("refused.p99_ms", Double.NaN);

    assertThat(figures.all()).isEmpty();
    assertThat(figures.median("refused.p99_ms")).isNaN();
  }

  @Test
  void createsItsFolder(@TempDir Path folder) throws IOException {
    Path written = ResultFile.write(folder.resolve("a/b"), "run.json", "{}\n");

    assertThat(written).hasContent("{}\n");
  }

  private static JsonObject parse(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }
}
