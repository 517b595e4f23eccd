package io.lynxeye.telemetry.tracing;

import io.lynxeye.serving.observation.RequestListener;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends traces of scoring requests to a collector, as OTLP in protobuf over HTTP. Respects
 * OpenTelemetry's environment variables ({@code OTEL_SERVICE_NAME}, {@code
 * OTEL_EXPORTER_OTLP_HEADERS}, {@code OTEL_TRACES_SAMPLER}, ...). Its libraries are loaded only if
 * tracing is on.
 */
public final class Tracing {

  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";

  private Tracing() {}

  /** Whether the environment names a collector. */
  public static boolean isAskedForBy(Map<String, String> environment) {
    return !environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isBlank()
        || !environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").isBlank();
  }

  /**
   * Starts to send traces.
   *
   * @param endpoint the collector's address without {@code /v1/traces}; empty = the environment's
   * @return a listener for requests, which is a {@link java.io.Closeable} and must be closed
   */
  public static RequestListener start(Optional<URI> endpoint) {
    ServerSpanIds ids = new ServerSpanIds();
    Map<String, String> fixed =
        new HashMap<>(
            Map.of(
                "otel.traces.exporter", "otlp",
                "otel.metrics.exporter", "none", // They are in Prometheus.
                "otel.logs.exporter", "none",
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.exporter.otlp.traces.protocol", "http/protobuf"));
    endpoint.ifPresent(
        address -> {
          fixed.put(ENDPOINT, address.toString());
          fixed.put(
              "otel.exporter.otlp.traces.endpoint",
              address.toString().replaceFirst("/?$", "/v1/traces"));
        });
    return new RequestSpans(
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook() // The server's stop closes it, at its end.
            .addPropertiesSupplier(() -> Map.of("otel.service.name", "lynxeye"))
            .addPropertiesCustomizer(properties -> fixed)
            .addTracerProviderCustomizer((provider, properties) -> provider.setIdGenerator(ids))
            .build()
            .getOpenTelemetrySdk()
            .getSdkTracerProvider(),
        ids);
  }
}
