package io.lynxeye.cli.score;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** The formats in which {@code score} prints a result. */
enum ScoreOutput {
  /** A table: a heading and a line per prediction. */
  TABLE {
    @Override
    String text(String file, ScoreResult result) {
      StringBuilder text =
          new StringBuilder(file).append("  (").append(result.model().id()).append(")");
      for (Prediction prediction : result.predictions()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%n  %.4f  %4d  %s",
                prediction.probability(),
                prediction.index(),
                prediction.label()));
      }
      result.content().ifPresent(content -> text.append("%n  %s".formatted(printable(content))));
      return text.toString();
    }
  },

  /** One JSON object per line, with predictions as in the response of {@code POST /score}. */
  JSON {
    @Override
    String text(String file, ScoreResult result) {
      JsonObject line = new JsonObject();
      line.addProperty("file", file);
      line.addProperty("model", result.model().id().name());
      line.addProperty("version", result.model().id().version().toString());
      if (result.content().isPresent()) {
        line.add("output", json(result.content().get()));
      } else {
        line.add("predictions", new Gson().toJsonTree(result.predictions()));
      }
      return line.toString();
    }
  },

  /** One JSON line per image, as in the response of {@code POST /score?output=probabilities}. */
  PROBABILITIES {
    @Override
    String text(String file, ScoreResult result) {
      if (result.content().isPresent()) {
        return printable(result.content().get());
      }
      float[] row = result.scores().orElseThrow().values();
      return new Gson().toJson(new float[][] {row});
    }
  };

  /**
   * @param file the name of the image as given on the command line
   */
  abstract String text(String file, ScoreResult result);

  private static boolean isJson(ModelOutput.Content content) {
    return content.contentType().startsWith("application/json");
  }

  private static JsonElement json(ModelOutput.Content content) {
    return isJson(content)
        ? JsonParser.parseString(new String(content.body(), StandardCharsets.UTF_8))
        : new JsonPrimitive(printable(content));
  }

  /** Returns text unchanged, and anything else in base64. */
  private static String printable(ModelOutput.Content content) {
    return isJson(content) || content.contentType().startsWith("text/")
        ? new String(content.body(), StandardCharsets.UTF_8)
        : Base64.getEncoder().encodeToString(content.body());
  }
}
