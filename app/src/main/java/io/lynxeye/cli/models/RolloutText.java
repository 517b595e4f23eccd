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

  /** Disagreements that are shown, and digits of each digest: those that the server takes too. */
  private static final int SHOWN = 5;

  private static final int SHORT = 12;

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
    disagreements(rollout, lines);
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

  /** What the two versions say of the inputs on which they disagree most. */
  private static void disagreements(JsonObject rollout, List<String> lines) {
    if (!rollout.has("disagreements") || rollout.getAsJsonArray("disagreements").isEmpty()) {
      return;
    }
    lines.add("");
    String row = "%-12s  %-34s %-34s  %s";
    String serving = "VERSION " + rollout.get("serving").getAsString();
    String candidate = "VERSION " + rollout.get("candidate").getAsString();
    lines.add(row.formatted("DISAGREEMENT", serving, candidate, "IMAGE").stripTrailing());
    rollout.getAsJsonArray("disagreements").asList().stream()
        .limit(SHOWN)
        .map(JsonElement::getAsJsonObject)
        .map(
            one ->
                row.formatted(
                    one.get("digest").getAsString().substring(0, SHORT),
                    top(one, "serving"),
                    top(one, "candidate"),
                    one.has("image") ? "kept" : ""))
        .forEach(line -> lines.add(line.stripTrailing()));
  }

  private static String top(JsonObject disagreement, String version) {
    JsonObject top = disagreement.getAsJsonObject(version);
    return String.format(
        Locale.ROOT,
        "%s %.4f",
        top.get("label").getAsString(),
        top.get("probability").getAsDouble());
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
