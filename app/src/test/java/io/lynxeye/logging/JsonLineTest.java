package io.lynxeye.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class JsonLineTest {

  @Test
  void everyCharacterComesBackAndNoneBreaksTheLine() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x300; c++) {
      all.append(c);
    }
    all.append("\u2028\u2029\ufeff\ud83d\ude00\"\\");

    String line = new JsonLine().put("a\nb", all).toString();

    assertThat(line.chars()).allMatch(c -> c >= ' ' && c <= '~');
    JsonObject read = JsonParser.parseString(line).getAsJsonObject();
    assertThat(read.get("a\nb").getAsString()).isEqualTo(all.toString());
  }

  @Test
  void numbersAndTruthAreNoText() {
    assertThat(new JsonLine().put("a", 1).put("b", 1.5).put("c", true).put("d", null).toString())
        .isEqualTo("{\"a\":1,\"b\":1.5,\"c\":true,\"d\":null}");
  }

  @Test
  void whatJsonHasNoNumberForIsText() {
    assertThat(new JsonLine().put("a", Double.NaN).toString()).isEqualTo("{\"a\":\"NaN\"}");
  }

  @Test
  void anObjectMayBeEmptyOrHoldJson() {
    assertThat(new JsonLine().toString()).isEqualTo("{}");
    assertThat(new JsonLine().putJson("a", "[1]").toString()).isEqualTo("{\"a\":[1]}");
  }
}
