package io.lynxeye.collection;

import io.lynxeye.logging.JsonLine;
import io.lynxeye.model.ModelId;
import io.lynxeye.scoring.Call;
import io.lynxeye.scoring.Prediction;
import io.lynxeye.scoring.ScoreResult;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * What is noted of a scored picture: never the picture itself, only its digest.
 *
 * @param time when its score was there
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record PictureNote(Instant time, Call call, byte[] picture, ScoreResult result) {

  /** As one line of JSON. */
  String line() {
    ModelId model = result.model().id();
    ScoreResult.Timing timing = result.timing();
    return new JsonLine()
        .put("time", time)
        .put("requestId", call.requestId())
        .put("traceId", call.trace().traceId())
        .put("model", model.name())
        .put("version", model.version())
        .put("sha256", digest())
        .put("bytes", picture.length)
        .putJson("predictions", predictions())
        .put("decodeMs", millis(timing.decode()))
        .put("queueMs", millis(timing.queue()))
        .put("engineMs", millis(timing.engine()))
        .put("batchSize", timing.batchSize())
        .toString();
  }

  private String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }

  private String predictions() {
    return result.predictions().stream()
        .map(PictureNote::prediction)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String prediction(Prediction prediction) {
    return new JsonLine()
        .put("index", prediction.index())
        .put("label", prediction.label())
        .put("probability", prediction.probability())
        .toString();
  }

  private static double millis(Duration time) {
    return Math.round(time.toNanos() / 100_000.0) / 10.0;
  }
}
