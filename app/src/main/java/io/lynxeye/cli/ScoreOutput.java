package io.lynxeye.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.lynxeye.scoring.Prediction;
import io.lynxeye.scoring.ScoreResult;

/** How {@code score} prints a result. */
enum ScoreOutput {
  /** For people: a heading and a line per prediction. */
  TABLE {
    @Override
    String text(String file, ScoreResult result) {
      StringBuilder text =
          new StringBuilder(file).append("  (").append(result.model().id()).append(")");
      for (Prediction prediction : result.predictions()) {
        text.append(
            "%n  %.4f  %4d  %s"
                .formatted(prediction.probability(), prediction.index(), prediction.label()));
      }
      return text.toString();
    }
  },

  /** For programs: one object a line, predictions as {@code POST /score} answers them. */
  JSON {
    @Override
    String text(String file, ScoreResult result) {
      JsonArray predictions = new JsonArray();
      for (Prediction prediction : result.predictions()) {
        JsonObject object = new JsonObject();
        object.addProperty("index", prediction.index());
        object.addProperty("label", prediction.label());
        object.addProperty("probability", prediction.probability());
        predictions.add(object);
      }
      JsonObject line = new JsonObject();
      line.addProperty("file", file);
      line.addProperty("model", result.model().id().name());
      line.addProperty("version", Integer.toString(result.model().id().version()));
      line.add("predictions", predictions);
      return line.toString();
    }
  },

  /** For programs: one line per picture, as {@code POST /score?output=probabilities} answers. */
  PROBABILITIES {
    @Override
    String text(String file, ScoreResult result) {
      JsonArray row = new JsonArray();
      for (float score : result.scores()) {
        row.add(score);
      }
      JsonArray rows = new JsonArray();
      rows.add(row);
      return rows.toString();
    }
  };

  /**
   * @param file the picture's name as given on the command line
   */
  abstract String text(String file, ScoreResult result);
}
