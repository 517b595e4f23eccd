package io.lynxeye.telemetry.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class JsonLineTest {

  private static String line(String name, Object value) {
    return JsonLine.of(json -> JsonLine.field(json, name, value));
  }

  @Test
  void keepsEveryCharacterAndStaysOneLineOfAscii() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x300; c++) {
      all.append(c);
    }
    all.append("\u2028\u2029\ufeff\ud83d\ude00\ud83d \"\\");

    String line = line("a\nb", all);

    assertThat(line.chars()).allMatch(c -> c >= ' ' && c <= 0x7f);
    JsonObject read = JsonParser.parseString(line).getAsJsonObject();
    assertThat(read.get("a\nb").getAsString()).isEqualTo(all.toString());
  }

  @Test
  void writesNumbersBooleansAndNullAsSuch() {
    String line =
        JsonLine.of(
            json -> {
              JsonLine.field(json, "a", 1);
              JsonLine.field(json, "b", 1.5);
              JsonLine.field(json, "c", true);
              JsonLine.field(json, "d", null);
            });

    assertThat(line).isEqualTo("{\"a\":1,\"b\":1.5,\"c\":true,\"d\":null}");
  }

  @Test
  void writesNumbersThatJsonCannotExpressAsText() {
    assertThat(line("a", Double.NaN)).isEqualTo("{\"a\":\"NaN\"}");
  }

  @Test
  void anObjectMayBeEmpty() {
    assertThat(JsonLine.of(json -> {})).isEqualTo("{}");
  }
}
