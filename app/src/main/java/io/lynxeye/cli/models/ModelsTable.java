package io.lynxeye.cli.models;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.stream.Collectors;

/** Formats versions for the terminal: a line or a block per version, or JSON. */
final class ModelsTable {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private ModelsTable() {}

  /** Returns a JSON array for scripts; it can be empty. */
  static String json(List<JsonObject> versions) {
    return GSON.toJson(versions) + "\n";
  }

  /** Returns a line per version: name, version, state if known, format, and any problem. */
  static String list(List<JsonObject> versions) {
    if (versions.isEmpty()) {
      return "no models; add one with ./lynxeye models add NAME FILE_OR_URL\n";
    }
    String form =
        "%-"
            + width(versions, "modelName", "MODEL")
            + "s  %-"
            + width(versions, "version", "VERSION")
            + "s  %-9s  %-12s  %s";
    String heading = form.formatted("MODEL", "VERSION", "STATE", "FORMAT", "PROBLEM");
    return versions.stream()
        .map(row -> line(row, form))
        .collect(Collectors.joining("\n", heading + "\n", "\n"));
  }

  private static int width(List<JsonObject> versions, String name, String heading) {
    return versions.stream()
        .mapToInt(row -> text(row, name).length())
        .reduce(heading.length(), Math::max);
  }

  private static String line(JsonObject row, String form) {
    return form.formatted(
            text(row, "modelName"),
            text(row, "version"),
            text(row, "state"),
            text(row, "format"),
            row.has("reason") ? text(row, "reason") : "")
        .stripTrailing();
  }

  /** Returns a line per fact, and an empty line between versions. */
  static String details(List<JsonObject> versions) {
    return versions.stream().map(ModelsTable::block).collect(Collectors.joining("\n"));
  }

  private static String block(JsonObject version) {
    return version.asMap().entrySet().stream()
        .map(fact -> "%-20s %s%n".formatted(fact.getKey(), text(fact.getValue())))
        .collect(Collectors.joining());
  }

  private static String text(JsonObject row, String name) {
    return row.has(name) ? text(row.get(name)) : "-";
  }

  private static String text(JsonElement value) {
    if (value instanceof JsonArray array) {
      return array.asList().stream().map(ModelsTable::text).collect(Collectors.joining(", "));
    }
    return value instanceof JsonPrimitive ? value.getAsString() : value.toString();
  }
}
