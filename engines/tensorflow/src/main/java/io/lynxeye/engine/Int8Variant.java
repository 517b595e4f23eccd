package io.lynxeye.engine;

import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizationReport;
import io.lynxeye.serving.quantization.QuantizedFiles;
import io.lynxeye.serving.tuning.PrecisionOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The int8 variant of a version, as an option of its precision. One that has a report is used with
 * the model file that it was made from, and no other. One without, made by other means, says
 * nothing about that: it is used where the manifest asks for it, never by {@code auto}, and is
 * described as unchecked.
 */
final class Int8Variant {

  private static final Logger log = LoggerFactory.getLogger(Int8Variant.class);

  private static final String UNCHECKED =
      "its folder %s has no report.json, so nothing says which model it is of and how far it agrees"
          .formatted(QuantizedFiles.NAME);

  private final ModelSource source;
  private final QuantizedFiles files;

  Int8Variant(ModelSource source) {
    this.source = source;
    this.files = QuantizedFiles.of(source.folder());
  }

  /**
   * The option where the manifest asks for it.
   *
   * @throws ModelLoadException if there is no variant, or it is of another model file
   */
  PrecisionOption required(Device device) throws ModelLoadException {
    if (device.isGpu()) {
      throw new ModelLoadException("precision=int8 is for CPUs: use precision=auto");
    }
    if (!Files.isRegularFile(files.model())) {
      throw new ModelLoadException(
          "precision=int8: the version has no folder %s: create it with ./lynxeye quantize %s"
              .formatted(QuantizedFiles.NAME, source.id().name()));
    }
    try {
      Optional<QuantizationReport> report = QuantizationReport.read(source.folder());
      if (report.isEmpty()) {
        log.warn("{} runs in int8, and {}", source.id(), UNCHECKED);
        return option("the manifest says so, and " + UNCHECKED);
      }
      if (!report.get().isOf(source.modelFile())) {
        throw new ModelLoadException("precision=int8: " + outdated());
      }
    } catch (IOException e) {
      throw new ModelLoadException("precision=int8: " + e.getMessage(), e);
    }
    return option("the manifest says so");
  }

  /** The option, if it keeps the share of classes that the manifest asks for. */
  Optional<PrecisionOption> allowed() {
    OptionalDouble least = source.manifest().minAgreement();
    if (least.isEmpty()) {
      return Optional.empty();
    }
    if (Files.exists(files.model()) && !files.exist()) {
      log.warn("{} not in int8: {}", source.id(), UNCHECKED);
      return Optional.empty();
    }
    try {
      Optional<QuantizationReport> report =
          QuantizationReport.read(source.folder())
              .filter(found -> found.agreement() >= least.getAsDouble());
      if (report.isPresent() && !report.get().isOf(source.modelFile())) {
        log.warn("{} not in int8: {}", source.id(), outdated());
        return Optional.empty();
      }
      return report.map(found -> option(agreement(found)));
    } catch (IOException e) {
      log.warn("{} not in int8: {}", source.id(), e.getMessage());
      return Optional.empty();
    }
  }

  private static String agreement(QuantizationReport report) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of %d test inputs keep their class",
        100 * report.agreement(),
        report.inputs());
  }

  private String outdated() {
    return "the folder %s was made from another model file: run ./lynxeye quantize %s again"
        .formatted(QuantizedFiles.NAME, source.id().name());
  }

  private PrecisionOption option(String reason) {
    return new PrecisionOption(Precision.INT8, reason, ModelSize.of(files.folder()), false);
  }
}
