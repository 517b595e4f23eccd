package io.lynxeye.telemetry.collection;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.telemetry.logging.JsonLine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The record of a scored image: its digest, never the image itself.
 *
 * @param time when it was scored
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record ImageRecord(Instant time, Call call, byte[] image, ScoreResult result) {

  /** Returns the record as one line of JSON. */
  String line() {
    ModelId model = result.model().id();
    ScoreResult.Timing timing = result.timing();
    return JsonLine.of(
        json -> {
          json.writeStringField("time", time.toString());
          json.writeStringField("requestId", call.requestId());
          json.writeStringField("traceId", call.trace().traceId());
          json.writeStringField("model", model.name());
          json.writeStringField("version", model.version().toString());
          json.writeStringField("sha256", digest());
          json.writeNumberField("bytes", image.length);
          json.writeArrayFieldStart("predictions");
          for (Prediction prediction : result.predictions()) {
            json.writeStartObject();
            json.writeNumberField("index", prediction.index());
            json.writeStringField("label", prediction.label());
            json.writeNumberField("probability", prediction.probability());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeNumberField("decodeMs", millis(timing.decode()));
          json.writeNumberField("queueMs", millis(timing.queue()));
          json.writeNumberField("engineMs", millis(timing.engine()));
          json.writeNumberField("batchSize", timing.batchSize());
        });
  }

  private String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java runtime has it.
    }
  }

  private static double millis(Duration time) {
    return Math.round(time.toNanos() / 100_000.0) / 10.0;
  }
}
