package io.lynxeye.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Scores as JSON in the form of each protocol, written directly into the response body: no object
 * per prediction or per number is allocated.
 */
public final class ScoreJson {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int PREDICTION_BYTES =
      80; // An estimate; the buffer grows for longer labels.
  private static final int NUMBER_BYTES = 14;

  private ScoreJson() {}

  /** {@code {"model", "version", "predictions": [{"index", "label", "probability"}]}}. */
  public static Buffer azure(ScoreResult result) {
    return write(
        PREDICTION_BYTES * (1 + result.predictions().size()),
        json -> {
          json.writeStartObject();
          json.writeStringField("model", result.model().id().name());
          json.writeStringField("version", result.model().id().version().toString());
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
  public static Buffer djl(ScoreResult result) {
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

  /** The form of the original service: one row with one number per class. */
  public static Buffer probabilities(ScoreResult result) {
    float[] scores = result.scores().orElseThrow().values();
    return write(
        NUMBER_BYTES * (1 + scores.length),
        json -> {
          json.writeStartArray();
          numbers(json, scores);
          json.writeEndArray();
        });
  }

  /** Writes an array of numbers. */
  public static void numbers(JsonGenerator json, float[] values) throws IOException {
    json.writeStartArray();
    for (float value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  /** Writes a body. */
  public interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Creates a body.
   *
   * @param sizeHint the expected number of bytes
   */
  public static Buffer write(int sizeHint, Content content) {
    Buffer body = Buffer.buffer(sizeHint);
    try (JsonGenerator json = FACTORY.createGenerator(new Into(body))) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A buffer in memory throws none.
    }
    return body;
  }

  /** Appends what the generator flushes to the body. */
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
