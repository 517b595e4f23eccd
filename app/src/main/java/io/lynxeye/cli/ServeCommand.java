package io.lynxeye.cli;

import io.lynxeye.Server;
import io.lynxeye.Telemetry;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.OptionalPort;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.config.TelemetryConfig;
import io.lynxeye.importers.Progress;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.security.Protection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye serve}: the server, from a bare machine to ready. */
@Command(
    name = "serve",
    description = "Serves the models of the store over HTTP and gRPC.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  @Option(
      names = "--host",
      description = "The address to listen on. Default: ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  private String host;

  @Option(
      names = "--port",
      description = "The port; 0 = any free one. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--model",
      description =
          "The model of /score. Default: " + Models.DEFAULT + ", or the only one there is.")
  private Optional<String> model;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = "From a request's last byte to its answer. Default: ${DEFAULT-VALUE}.",
      defaultValue = "60")
  private long requestTimeout;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "The largest body. Default: ${DEFAULT-VALUE}.",
      defaultValue = "16777216")
  private long maxBody;

  @Option(
      names = "--store-interval",
      paramLabel = "MILLISECONDS",
      description = "How long between two looks into the model store. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private long storeInterval;

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      description = "How long a stop waits for what was accepted. Default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private long drainTimeout;

  @Mixin private Places places;
  @Mixin private EngineOptions engine;
  @Mixin private BatchingOptions batching;
  @Mixin private ManagementOptions management;
  @Mixin private GrpcOptions grpc;
  @Mixin private MetricsOptions metrics;
  @Mixin private TelemetryOptions telemetry;
  @Mixin private SecurityOptions security;

  private final CompletableFuture<ModelLoader> loader = new CompletableFuture<>();
  private volatile boolean failed;
  private volatile boolean stopping;

  @Override
  public Integer call() throws Failure, InterruptedException {
    try {
      serve();
      new CountDownLatch(1).await(); // Until a signal ends the process.
      return Lynxeye.OK;
    } catch (Failure | InterruptedException | RuntimeException | Error e) {
      failed = true;
      throw e;
    }
  }

  private void serve() throws Failure, InterruptedException {
    engine.check();
    ManagementConfig administrators = management.config();
    OptionalPort grpcAddress = grpc.config(host);
    OptionalPort metricsAddress = metrics.config(host);
    TelemetryConfig watched = telemetry.config();
    Protection protection = security.protection(host, administrators);
    Progress progress = TelemetryOptions.progress(watched);
    String defaultModel = Models.ofScore(places, model);
    Telemetry watching = TelemetryOptions.start(watched);
    Server server =
        new Server(
            config(defaultModel),
            protection,
            Models.store(places),
            source -> loader.join().load(source),
            new ModelReport(progress),
            watching);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, watching), "stop"));
    int actualPort = listen(server);
    grpc.open(grpcAddress, server);
    metrics.open(metricsAddress, server, security.scheme());
    management.open(administrators, server, places, security.scheme());
    Models.fillIfEmpty(places, defaultModel);
    var unused = server.ready().thenRun(() -> announce(actualPort));
    CompletableFuture<Void> settled = server.watch(); // Looks while the engine starts.
    loader.complete(tuned(server, progress));
    settled.join();
    if (!stopping && !server.isReady()) {
      log.error(
          "not ready: the model '{}' is not served; it will be once {} has it in a form that can"
              + " be",
          defaultModel,
          places.store());
    }
  }

  private ModelLoader tuned(Server server, Progress progress) throws Failure {
    return batching.tuned(
        engine.start(places.cache(), progress),
        engine,
        places.cache(),
        () -> server.requestLimiter().requests() == 0,
        () -> stopping);
  }

  private ServerConfig config(String defaultModel) throws Failure {
    try {
      return new ServerConfig(
          host,
          port,
          defaultModel,
          batching.maxBatchSize(),
          batching.maxBatchDelay(),
          batching.queueCapacity(),
          batching.workers(),
          Duration.ofSeconds(requestTimeout),
          batching.maxQueueWait(),
          maxBody,
          Duration.ofMillis(storeInterval),
          Duration.ofSeconds(drainTimeout));
    } catch (ConfigException e) {
      throw new Failure(e);
    }
  }

  private static int listen(Server server) throws Failure, InterruptedException {
    try {
      return server.listen();
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  private void announce(int actualPort) {
    Duration up =
        Duration.ofMillis(
            System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
    String address = address(security.scheme(), host, actualPort);
    System.out.printf(
        "ready after %.1f s: %s%n" + "try: curl -s %s--data-binary @%s %s/score%n",
        up.toMillis() / 1000.0, address, security.curl(), sample(), address);
  }

  /** Where a client on this machine reaches the server. */
  static String address(String scheme, String host, int port) {
    return scheme + "://" + place(host, port);
  }

  /** The same without a scheme. */
  static String place(String host, int port) {
    String reachable =
        switch (host) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> host;
        };
    return (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
  }

  /** The sample picture, as short as the working folder allows; the launcher tells where it is. */
  private static Path sample() {
    Path here = Path.of("samples", "lynx.jpg");
    return Files.exists(here)
        ? here
        : Path.of(System.getProperty("lynxeye.home", "")).resolve(here);
  }

  /**
   * On SIGTERM or Ctrl-C: drains, then ends with exit code 0 instead of the signal's. When the
   * command itself failed there is nothing to drain, and its own exit code stands.
   */
  private void stop(Server server, Telemetry watching) {
    if (failed) {
      return;
    }
    stopping = true;
    loader.completeExceptionally(new CancellationException()); // No model waits for the engine.
    log.info("stopping: finishing what was accepted");
    try {
      server.stop();
      watching.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.info("stopped");
    Runtime.getRuntime().halt(Lynxeye.OK);
  }
}
