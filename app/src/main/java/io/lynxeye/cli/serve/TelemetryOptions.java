package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.LogFormat;
import io.lynxeye.engine.device.GpuMemoryProbe;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.server.Telemetry;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.telemetry.collection.ImageCollector;
import io.lynxeye.telemetry.logging.AccessLog;
import io.lynxeye.telemetry.logging.Logs;
import io.lynxeye.telemetry.metrics.GpuMemory;
import io.lynxeye.telemetry.tracing.Tracing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Logs, traces and collected data: options of {@code serve}. */
final class TelemetryOptions {

  /** The names are in upper case because picocli prints them. */
  enum Switch {
    ON,
    OFF
  }

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "The format of the log; json: an object per line. Default: text.",
      defaultValue = "text")
  private LogFormat logFormat;

  @Option(
      names = "--access-log",
      paramLabel = "on|off",
      description = "Whether to log every request. Default: off.",
      defaultValue = "off")
  private Switch accessLog;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description =
          "Where to send traces of requests: the address of an OpenTelemetry collector for OTLP"
              + " over HTTP, such as http://localhost:4318. Default: OTEL_EXPORTER_OTLP_ENDPOINT,"
              + " if set; else traces are off.")
  private Optional<URI> otlpEndpoint;

  @Option(
      names = "--collect-data",
      paramLabel = "DIR",
      description =
          "Records scored images in files in this folder, which no other server may use: digests"
              + " and scores, not the images. Default: off.")
  private Optional<Path> collectData;

  @Option(
      names = "--collect-sample",
      paramLabel = "SHARE",
      description = "The share of images to record. Default: ${DEFAULT-VALUE}, all.",
      defaultValue = "1.0")
  private double collectSample;

  /**
   * Checks all values.
   *
   * @throws ConfigException with every problem
   */
  void check() {
    List<String> problems = new ArrayList<>();
    if (otlpEndpoint.isPresent() && !isHttp(otlpEndpoint.get())) {
      problems.add("otlp-endpoint is not an http(s) address; try http://localhost:4318");
    }
    if (!(collectSample > 0 && collectSample <= 1)) {
      problems.add("collect-sample " + collectSample + " is not more than 0 and at most 1");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static boolean isHttp(URI address) {
    String scheme = address.getScheme();
    return ("http".equals(scheme) || "https".equals(scheme)) && address.getHost() != null;
  }

  /** Sets the log format and starts the telemetry that was enabled. */
  Telemetry start() throws Failure {
    Logs.use(logFormat);
    List<RequestListener> listeners = new ArrayList<>();
    if (accessLog == Switch.ON) {
      listeners.add(new AccessLog());
    }
    if (otlpEndpoint.isPresent() || Tracing.isAskedForBy(System.getenv())) {
      listeners.add(Tracing.start(otlpEndpoint));
    }
    Optional<ImageCollector> collector = collector();
    collector.ifPresent(listeners::add);
    GpuMemoryProbe gpus = GpuMemoryProbe.open();
    return new Telemetry(
        listeners,
        metrics -> {
          metrics.gpuMemory(() -> memory(gpus));
          collector.ifPresent(to -> metrics.collected(to::recorded, to::dropped));
        });
  }

  /** The progress of long steps; in the log if that is JSON, so that every line is an object. */
  Progress progress() {
    return logFormat == LogFormat.JSON ? ConsoleProgress.inLog() : ConsoleProgress.standard();
  }

  private Optional<ImageCollector> collector() throws Failure {
    if (collectData.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageCollector.open(collectData.get(), collectSample));
    } catch (IOException e) {
      throw new Failure(
          "cannot write to --collect-data " + collectData.get() + ": " + e.getMessage());
    }
  }

  private static List<GpuMemory> memory(GpuMemoryProbe gpus) {
    return gpus.read().stream()
        .map(read -> new GpuMemory(read.gpu(), read.used(), read.total()))
        .toList();
  }
}
