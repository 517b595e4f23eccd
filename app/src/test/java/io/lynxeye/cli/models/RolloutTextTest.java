package io.lynxeye.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of a rollout on a terminal. */
class RolloutTextTest {

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void theColumnsAreAlignedAlsoForTheLongestMeasure() {
    List<String> lines =
        RolloutText.of(
                json(
                    """
                    {"verdict": "UNDECIDED", "summary": "UNDECIDED: error_rate 0 of 3", "findings": [
                      {"measure": "error_rate", "value": 0, "images": 3, "decision": "UNDECIDED"},
                      {"measure": "top_probability_change_p95", "value": 0.5, "images": 3,
                       "decision": "UNDECIDED"}]}
                    """))
            .lines()
            .filter(line -> line.matches("(MEASURE|error_rate|top_).*"))
            .toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(1).indexOf(" 0.0000") + " 0.0000".length())
        .isEqualTo(lines.get(0).indexOf("VALUE") + "VALUE".length());
    assertThat(lines.get(2).indexOf(" 0.5000") + " 0.5000".length())
        .isEqualTo(lines.get(0).indexOf("VALUE") + "VALUE".length());
  }
}
