package io.lynxeye.serving.quantization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code int8/report.json} in a version's folder says about the model beside it.
 *
 * @param agreement the share of test inputs whose best class is that of float32
 * @param lower the lower end of its 95 % interval
 * @param inputs the number of test inputs
 * @param images the number of images that they come from
 * @param sure the test inputs whose best class has a probability of at least 0.5 in float32
 * @param sureSame those of them whose best class is the same
 * @param speedup how many times as fast as float32 it was where it was made
 * @param modelDigest the SHA-256, in hexadecimal, of the float32 model file that it was made from
 * @param modelBytes the size of that file
 */
public record QuantizationReport(
    double agreement,
    double lower,
    int inputs,
    int images,
    int sure,
    int sureSame,
    double speedup,
    String modelDigest,
    long modelBytes) {

  /** The format of the report that this class reads. */
  public static final int FORMAT = 1;

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads the report of a version.
   *
   * @param version the version's folder
   * @return empty if the version has no quantised model
   * @throws IOException when the report cannot be read, or says nothing that is understood
   */
  public static Optional<QuantizationReport> read(Path version) throws IOException {
    QuantizedFiles files = QuantizedFiles.of(version);
    if (!files.exist()) {
      return Optional.empty();
    }
    Map<String, String> values = values(files.report());
    try {
      if (Integer.parseInt(values.getOrDefault("format", "0")) != FORMAT) {
        throw new IOException(
            "%s is of another format: quantise the model again".formatted(files.report()));
      }
      return Optional.of(
          new QuantizationReport(
              Double.parseDouble(value(values, "agreement.share")),
              Double.parseDouble(value(values, "agreement.lower")),
              Integer.parseInt(value(values, "agreement.inputs")),
              Integer.parseInt(value(values, "agreement.images")),
              Integer.parseInt(value(values, "agreement.sure")),
              Integer.parseInt(value(values, "agreement.sure_same")),
              Double.parseDouble(value(values, "speed.speedup")),
              value(values, "model.sha256"),
              Long.parseLong(value(values, "model.bytes"))));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s is damaged (%s): quantise the model again".formatted(files.report(), e.getMessage()),
          e);
    }
  }

  private static String value(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("it has no " + key);
    }
    return value;
  }

  /** The numbers and texts of objects, by path; arrays are left out. */
  private static Map<String, String> values(Path file) throws IOException {
    Map<String, String> values = new HashMap<>();
    try (InputStream stream = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(stream)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          parser.skipChildren();
        } else if (token.isScalarValue()) {
          String path = parser.getParsingContext().pathAsPointer().toString();
          values.put(path.substring(1).replace('/', '.'), parser.getText());
        }
      }
    }
    return values;
  }

  /** Whether the quantised model was made from this file. Reads the whole file. */
  public boolean isOf(Path model) throws IOException {
    return Files.size(model) == modelBytes && QuantizedFiles.digest(model).equals(modelDigest);
  }
}
