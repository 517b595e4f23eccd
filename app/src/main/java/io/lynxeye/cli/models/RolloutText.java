package io.lynxeye.cli.models;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats a rollout for the terminal. */
final class RolloutText {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private RolloutText() {}

  static String json(JsonObject rollout) {
    return GSON.toJson(rollout) + "\n";
  }

  /** A line per fact, then a line per measure, then those that were stopped. */
  static String of(JsonObject rollout) {
    List<String> lines = new ArrayList<>();
    for (String name :
        List.of(
            "model",
            "mode",
            "state",
            "problem",
            "serving",
            "previous",
            "candidate",
            "started",
            "images",
            "offered",
            "verdict",
            "summary",
            "note")) {
      if (rollout.has(name)) {
        lines.add("%-10s %s".formatted(name, rollout.get(name).getAsString()));
      }
    }
    if (rollout.has("dropped")) {
      List<String> counts = new ArrayList<>();
      rollout
          .getAsJsonObject("dropped")
          .asMap()
          .forEach((why, count) -> counts.add(why + " " + count.getAsLong()));
      lines.add("%-10s %s".formatted("dropped", String.join(", ", counts)));
    }
    if (rollout.has("findings")) {
      lines.add("");
      lines.add(row("MEASURE", "VALUE", "FROM", "TO", "LIMIT", "IMAGES", "DECISION"));
      rollout.getAsJsonArray("findings").forEach(finding -> lines.add(line(finding)));
    }
    versions(rollout, "stopped", lines);
    versions(rollout, "failed", lines);
    return String.join("\n", lines) + "\n";
  }

  private static String line(JsonElement element) {
    JsonObject finding = element.getAsJsonObject();
    return row(
        finding.get("measure").getAsString(),
        number(finding, "value"),
        number(finding, "low"),
        number(finding, "high"),
        number(finding, "limit"),
        finding.get("images").getAsString(),
        finding.has("limit") ? finding.get("decision").getAsString() : "");
  }

  private static String row(String... cells) {
    return "%-26s %9s %9s %9s %9s %8s  %s".formatted((Object[]) cells).stripTrailing();
  }

  private static String number(JsonObject finding, String name) {
    return finding.has(name)
        ? String.format(Locale.ROOT, "%.4f", finding.get(name).getAsDouble())
        : "";
  }

  private static void versions(JsonObject rollout, String name, List<String> lines) {
    if (rollout.has(name) && !rollout.getAsJsonArray(name).isEmpty()) {
      lines.add("");
      for (JsonElement element : rollout.getAsJsonArray(name)) {
        JsonObject one = element.getAsJsonObject();
        lines.add(
            "%s: version %s%s: %s"
                .formatted(
                    name,
                    one.get("version").getAsString(),
                    one.has("at") ? " at " + one.get("at").getAsString() : "",
                    one.get("why").getAsString()));
      }
    }
  }
}
