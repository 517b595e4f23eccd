package io.lynxeye.cli;

import io.lynxeye.Telemetry;
import io.lynxeye.collection.PictureCollector;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.LogFormat;
import io.lynxeye.config.TelemetryConfig;
import io.lynxeye.engine.GpuMemoryProbe;
import io.lynxeye.importers.Progress;
import io.lynxeye.logging.AccessLog;
import io.lynxeye.logging.Logs;
import io.lynxeye.metrics.GpuMemory;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.tracing.Tracing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is told about requests, and where: options of {@code serve}. */
final class TelemetryOptions {

  /** A switch. */
  enum Switch {
    ON,
    OFF
  }

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "How the log is written; json: an object per line. Default: text.",
      defaultValue = "text")
  private LogFormat logFormat;

  @Option(
      names = "--access-log",
      paramLabel = "on|off",
      description = "Whether every request has a line in the log. Default: off.",
      defaultValue = "off")
  private Switch accessLog;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description =
          "Where traces of requests are sent: an OpenTelemetry collector's address for OTLP over"
              + " HTTP, such as http://localhost:4318. Default: that of"
              + " OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere.")
  private Optional<URI> otlpEndpoint;

  @Option(
      names = "--collect-data",
      paramLabel = "DIR",
      description =
          "Notes scored pictures in files there, for this server alone: their digests and scores,"
              + " not the pictures. Default: not at all.")
  private Optional<Path> collectData;

  @Option(
      names = "--collect-sample",
      paramLabel = "SHARE",
      description = "The share of pictures that is noted. Default: ${DEFAULT-VALUE}, all.",
      defaultValue = "1.0")
  private double collectSample;

  TelemetryConfig config() throws Failure {
    try {
      return new TelemetryConfig(
          logFormat, accessLog == Switch.ON, otlpEndpoint, collectData, collectSample);
    } catch (ConfigException e) {
      throw new Failure(e);
    }
  }

  /** Begins to tell. */
  static Telemetry start(TelemetryConfig config) throws Failure {
    Logs.use(config.logFormat());
    List<RequestListener> listeners = new ArrayList<>();
    if (config.accessLog()) {
      listeners.add(new AccessLog());
    }
    if (config.otlpEndpoint().isPresent() || Tracing.isAskedForBy(System.getenv())) {
      listeners.add(Tracing.start(config.otlpEndpoint()));
    }
    Optional<PictureCollector> collector = collector(config);
    collector.ifPresent(listeners::add);
    GpuMemoryProbe gpus = GpuMemoryProbe.open();
    return new Telemetry(
        listeners,
        metrics -> {
          metrics.gpuMemory(() -> memory(gpus));
          collector.ifPresent(to -> metrics.collected(to::recorded, to::dropped));
        });
  }

  /** How long steps are shown: in JSON, every line is an event of the log. */
  static Progress progress(TelemetryConfig config) {
    return config.logFormat() == LogFormat.JSON ? new LoggedProgress() : ConsoleProgress.standard();
  }

  private static Optional<PictureCollector> collector(TelemetryConfig config) throws Failure {
    if (config.collectTo().isEmpty()) {
      return Optional.empty();
    }
    Path folder = config.collectTo().get();
    try {
      return Optional.of(PictureCollector.open(folder, config.collectSample()));
    } catch (IOException e) {
      throw new Failure("--collect-data " + folder + " cannot be written to: " + e.getMessage());
    }
  }

  private static List<GpuMemory> memory(GpuMemoryProbe gpus) {
    return gpus.read().stream()
        .map(read -> new GpuMemory(read.gpu(), read.used(), read.total()))
        .toList();
  }
}
