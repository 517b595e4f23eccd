package io.lynxeye.quantizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.LayerFinder;
import io.lynxeye.quantizer.search.Agreement;
import io.lynxeye.quantizer.search.CurvePoint;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.quantization.QuantizationReport;
import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code report.json}: what was done, what it cost, and what was measured. */
final class ReportWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private final QuantizeRequest request;
  private final LayerFinder.Found found;
  private final Parts images;
  private final Search.Outcome outcome;
  private final int cores;
  private final LoadedModel exact;

  /**
   * The parts of the images; no image is in two of them.
   *
   * @param calibration for the ranges of activations
   * @param screening to choose with
   * @param test to measure the agreement on
   */
  record Parts(ImageReader.Part calibration, ImageReader.Part screening, ImageReader.Part test) {}

  ReportWriter(
      QuantizeRequest request,
      LayerFinder.Found found,
      Parts images,
      Search.Outcome outcome,
      int cores,
      LoadedModel exact) {
    this.request = request;
    this.found = found;
    this.images = images;
    this.outcome = outcome;
    this.cores = cores;
    this.exact = exact;
  }

  void write(Path file) throws IOException {
    try (OutputStream stream = Files.newOutputStream(file);
        JsonGenerator json = JSON.createGenerator(stream).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("format", QuantizationReport.FORMAT);
      model(json);
      made(json);
      images(json, "calibration", images.calibration());
      images(json, "screening", images.screening());
      images(json, "test", images.test());
      json.writeNumberField("wanted_agreement", request.agree());
      json.writeBooleanField("is_wanted_agreement_met", outcome.isMet());
      json.writeObjectFieldStart("agreement");
      agreement(json, outcome.chosen().agreement());
      json.writeEndObject();
      json.writeObjectFieldStart("speed");
      speed(json, outcome.chosen());
      json.writeEndObject();
      curve(json);
      json.writeNumberField("equalization_strength", outcome.scaling().strength());
      json.writeNumberField("headroom", outcome.scaling().headroom());
      layers(json);
      skipped(json);
      json.writeEndObject();
    }
  }

  private void model(JsonGenerator json) throws IOException {
    Path model = request.source().modelFile();
    json.writeObjectFieldStart("model");
    json.writeStringField("id", request.source().id().toString());
    json.writeStringField("file", request.source().files().file());
    json.writeNumberField("bytes", Files.size(model));
    json.writeStringField("sha256", QuantizedFiles.digest(model));
    json.writeEndObject();
  }

  private void made(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("made");
    json.writeStringField("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.writeStringField("engine", exact.description().engine());
    json.writeStringField("processor", request.processor());
    json.writeNumberField("cores", cores);
    json.writeEndObject();
  }

  private static void images(JsonGenerator json, String name, ImageReader.Part part)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("images", part.images());
    json.writeNumberField("inputs", part.inputs());
    json.writeStringField("sha256", part.digest());
    json.writeEndObject();
  }

  private static void agreement(JsonGenerator json, Agreement agreement) throws IOException {
    number(json, "share", rounded(agreement.share()));
    number(json, "lower", rounded(agreement.lower()));
    number(json, "upper", rounded(agreement.upper()));
    json.writeNumberField("inputs", agreement.inputs());
    json.writeNumberField("images", agreement.images());
    json.writeNumberField("same", agreement.same());
    json.writeNumberField("sure", agreement.sure());
    json.writeNumberField("sure_same", agreement.sureSame());
    number(json, "mean_change", rounded(agreement.meanChange()));
    number(json, "max_change", rounded(agreement.maxChange()));
    number(json, "divergence", rounded(agreement.divergence()));
  }

  private void speed(JsonGenerator json, CurvePoint point) throws IOException {
    number(json, "fp32_images_per_second", rounded(point.exactPerSecond()));
    number(json, "int8_images_per_second", rounded(point.imagesPerSecond()));
    number(json, "speedup", rounded(point.speedup()));
    json.writeNumberField("callers", cores);
    json.writeNumberField("threads", 1);
    json.writeNumberField("batch", Search.BATCH);
  }

  private void curve(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("curve");
    for (CurvePoint point : outcome.curve()) {
      json.writeStartObject();
      json.writeNumberField("fp32_layers", point.realLayers().size());
      number(json, "speedup", rounded(point.speedup()));
      number(json, "int8_images_per_second", rounded(point.imagesPerSecond()));
      agreement(json, point.agreement());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void layers(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("layers");
    for (Layer layer : found.layers().values()) {
      boolean isMatrix = layer.kind() == Layer.Kind.MATRIX;
      boolean isReal = isMatrix || outcome.chosen().realLayers().contains(layer.name());
      json.writeStartObject();
      json.writeStringField("name", layer.name());
      json.writeStringField("precision", isReal ? "fp32" : "int8");
      if (isReal) {
        json.writeStringField("reason", reason(layer));
      }
      if (outcome.damages().containsKey(layer.name())) {
        number(json, "damage", outcome.damages().get(layer.name()));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private String reason(Layer layer) {
    return layer.kind() == Layer.Kind.MATRIX
        ? "a matrix multiplication, which stays in float32"
        : outcome.damages().containsKey(layer.name())
            ? "its damage is large for the time that it saves"
            : "it is faster in float32";
  }

  /** How many operations are no layers, by reason. */
  private void skipped(JsonGenerator json) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    found.skipped().values().forEach(reason -> counts.merge(reason, 1, Integer::sum));
    json.writeObjectFieldStart("not_quantizable");
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      json.writeNumberField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  /** JSON has no infinity: the damage of a layer that makes scores no numbers is null. */
  private static void number(JsonGenerator json, String key, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(key, value);
    } else {
      json.writeNullField(key);
    }
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e5) / 1e5;
  }
}
