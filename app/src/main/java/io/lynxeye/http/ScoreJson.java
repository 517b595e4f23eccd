package io.lynxeye.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.scoring.Prediction;
import io.lynxeye.scoring.ScoreResult;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Scores as JSON, in each protocol's shape: written once, straight into the answer's body, without
 * an object per prediction or per number in between.
 */
final class ScoreJson {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int PREDICTION_BYTES = 80; // About; a body grows where labels are longer.
  private static final int NUMBER_BYTES = 14;

  private ScoreJson() {}

  /** {@code {"model", "version", "predictions": [{"index", "label", "probability"}]}}. */
  static Buffer azure(ScoreResult result) {
    return write(
        PREDICTION_BYTES * (1 + result.predictions().size()),
        json -> {
          json.writeStartObject();
          json.writeStringField("model", result.model().id().name());
          json.writeStringField("version", Integer.toString(result.model().id().version()));
          json.writeArrayFieldStart("predictions");
          for (Prediction prediction : result.predictions()) {
            json.writeStartObject();
            json.writeNumberField("index", prediction.index());
            json.writeStringField("label", prediction.label());
            json.writeNumberField("probability", prediction.probability());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code [{"className", "probability"}]}. */
  static Buffer djl(ScoreResult result) {
    return write(
        PREDICTION_BYTES * (1 + result.predictions().size()),
        json -> {
          json.writeStartArray();
          for (Prediction prediction : result.predictions()) {
            json.writeStartObject();
            json.writeStringField("className", prediction.label());
            json.writeNumberField("probability", prediction.probability());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** The original service's answer: one row of one number per class. */
  static Buffer probabilities(ScoreResult result) {
    float[] scores = ((ModelOutput.Scores) result.output()).values();
    return write(
        NUMBER_BYTES * (1 + scores.length),
        json -> {
          json.writeStartArray();
          json.writeStartArray();
          for (float score : scores) {
            json.writeNumber(score);
          }
          json.writeEndArray();
          json.writeEndArray();
        });
  }

  /** What is written. */
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Writes a body.
   *
   * @param sizeHint about how many bytes
   */
  static Buffer write(int sizeHint, Content content) {
    Buffer body = Buffer.buffer(sizeHint);
    try (JsonGenerator json = FACTORY.createGenerator(new Into(body))) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A body in memory has none.
    }
    return body;
  }

  /** What the generator has put together goes into the body, in one piece or a few. */
  private static final class Into extends OutputStream {

    private final Buffer body;

    Into(Buffer body) {
      this.body = body;
    }

    @Override
    public void write(int value) {
      body.appendByte((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      body.appendBytes(bytes, offset, length);
    }
  }
}
