package io.lynxeye.bench.load;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The best prediction in an answer of {@code /score}. */
public record Answer(String label, double probability) {

  /** Empty when the body is no such answer. */
  public static Optional<Answer> of(String body) {
    try {
      JsonObject best = new JsonObject(body).getJsonArray("predictions").getJsonObject(0);
      return Optional.of(new Answer(best.getString("label"), best.getDouble("probability")));
    } catch (DecodeException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** How far apart the probabilities are; infinite for another label. */
  public double difference(Answer other) {
    return label.equals(other.label)
        ? Math.abs(probability - other.probability)
        : Double.POSITIVE_INFINITY;
  }
}
