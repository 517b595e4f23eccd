package io.lynxeye.bench.figures;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run as JSON, to compare it with other runs. */
public final class ResultFile {

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private ResultFile() {}

  /** The settings, the ratios with their bounds, and every figure of every round. */
  public static String json(Map<String, ?> setting, List<Verdict> verdicts, Figures figures) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("setting", setting);
    List<Map<String, Object>> ratios = new ArrayList<>();
    verdicts.stream().filter(Verdict::isMeasured).forEach(v -> ratios.add(ratio(v)));
    run.put("ratios", ratios);
    Map<String, Object> all = new LinkedHashMap<>();
    figures
        .all()
        .forEach(
            (name, values) ->
                all.put(name, Map.of("median", figures.median(name), "rounds", values)));
    run.put("figures", all);
    return json(run);
  }

  /** Any object as JSON. */
  public static String json(Object value) {
    return GSON.toJson(value) + "\n";
  }

  private static Map<String, Object> ratio(Verdict verdict) {
    Map<String, Object> ratio = new LinkedHashMap<>();
    ratio.put("name", verdict.name());
    ratio.put("median", verdict.median());
    ratio.put("rounds", verdict.rounds());
    if (!verdict.word().isEmpty()) {
      ratio.put("bound", verdict.boundText());
      ratio.put("met", verdict.isMet());
    }
    return ratio;
  }

  /** Writes a text file, and creates its folder if necessary. */
  public static Path write(Path folder, String name, String text) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(folder.resolve(name), text);
  }
}
