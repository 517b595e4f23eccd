package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.natives.CacheFolder;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.sources.GraphOperations;
import io.lynxeye.importers.sources.ModelSources;
import io.lynxeye.security.Protection;
import io.lynxeye.server.Server;
import io.lynxeye.server.Telemetry;
import io.lynxeye.serving.engine.ModelLoader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye serve}: starts the server and runs it until a signal ends the process. */
@Command(
    name = "serve",
    description = "Serves the models of the store over HTTP and gRPC.",
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration WATCH = Duration.ofSeconds(1);

  @Option(
      names = "--model",
      description =
          "The model of /score. Default: "
              + StoreOptions.DEFAULT_MODEL
              + ", or the only model in the store.")
  private Optional<String> model;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = "From the last byte of a request to its response. Default: ${DEFAULT-VALUE}.",
      defaultValue = "60")
  private long requestTimeout;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "The largest request body. Default: ${DEFAULT-VALUE}.",
      defaultValue = "16777216")
  private long maxBody;

  @Option(
      names = "--max-json-numbers",
      paramLabel = "NUMBERS",
      description =
          "Most numbers of tensors in a response in JSON; binary and gRPC responses have no limit."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "8388608")
  private long maxJsonNumbers;

  @Option(
      names = "--store-interval",
      paramLabel = "MILLISECONDS",
      description = "Time between two scans of the model store. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private long storeInterval;

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      description = "How long a stop waits for accepted requests. Default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private long drainTimeout;

  @Option(
      names = "--state-dir",
      paramLabel = "FOLDER",
      description =
          "Where rollouts keep what they have compared and decided, and drift its baselines; a"
              + " folder of this server alone. Default: .rollouts in the store.")
  private Optional<Path> stateDir;

  @Option(
      names = "--model-sources",
      paramLabel = "SOURCE",
      split = ",",
      description =
          "What clients of the management port may have the server read to register a model: a"
              + " folder with archives, an address such as https://models.example/public/ (https: ="
              + " any https address), or a range of IP addresses such as 10.1.0.0/16 that hosts may"
              + " have although they are not public; repeatable. Default: names of the catalogue"
              + " only.")
  private List<String> modelSources = List.of();

  @Option(
      names = "--allow-operations",
      paramLabel = "NAME",
      split = ",",
      description =
          "What models registered by clients may have: operations of TensorFlow that can reach"
              + " files, Python or the network, such as ReadFile; libs (Java code in the model's"
              + " folder); translator (named in its serving.properties); TorchScript (programs);"
              + " repeatable. Default: none.")
  private List<String> allowOperations = List.of();

  @Mixin private EndpointOptions endpoints;
  @Mixin private StoreOptions store;
  @Mixin private EngineOptions engine;
  @Mixin private BatchingOptions batching;
  @Mixin private TelemetryOptions telemetry;
  @Mixin private SecurityOptions security;

  private final CompletableFuture<ModelLoader> loader = new CompletableFuture<>();
  private volatile boolean failed;
  private volatile boolean stopping;

  @Override
  public Integer call() throws Exception {
    try {
      serve();
      return ExitCode.OK;
    } catch (Exception | Error e) {
      failed = true;
      throw e;
    }
  }

  private void serve() throws Exception {
    engine.check();
    endpoints.check();
    telemetry.check();
    ModelSources sources = sources();
    Protection protection = security.protection(endpoints.host, endpoints.others());
    CacheFolder.require(store.cache()); // Before anything is loaded from it, or creates it.
    String defaultModel = store.defaultModel(model);
    Progress progress = telemetry.progress();
    Telemetry started = telemetry.start();
    Thread.setDefaultUncaughtExceptionHandler( // In the log's format; what is lost is watched.
        (thread, failure) -> log.error("the thread {} failed", thread.getName(), failure));
    Server server = server(config(defaultModel), protection, sources, progress, started);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, started), "stop"));
    int port = server.listen(); // First, so that a port in use ends the command at once.
    Future<EngineLoader> starting = engine.startAside(store.cache(), progress);
    endpoints.openOptional(server, security.scheme());
    store.fillIfEmpty(defaultModel);
    var unused = server.ready().thenRun(() -> announce(port));
    CompletableFuture<Void> settled = server.watch(); // Scans the store while the engine starts.
    loader.complete(loader(server, EngineOptions.await(starting)));
    await(server, settled);
    if (!stopping && !server.isReady()) {
      log.error(
          "not ready: {}; the server becomes ready when {} has a version of it that loads",
          server.whyNotReady().orElse("it stops"),
          store.store());
    }
    if (server.isReady() && server.requestLimiter().requests() == 0) {
      ClassArchive.writeIfMissing();
    }
    await(server, new CompletableFuture<>()); // Until a signal ends the process.
  }

  /**
   * Waits, and watches meanwhile: this thread owns the process, so that a server that has lost what
   * it needs ends instead of staying up.
   */
  private static void await(Server server, CompletableFuture<Void> stage)
      throws Failure, InterruptedException, ExecutionException {
    while (true) {
      try {
        stage.get(WATCH.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        Optional<String> lost = server.lost();
        if (lost.isPresent()) {
          throw new Failure(
              lost.get() + " has ended, and the server cannot go on without it: start it again");
        }
      }
    }
  }

  private Server server(
      ServerConfig config,
      Protection protection,
      ModelSources sources,
      Progress progress,
      Telemetry started) {
    return new Server(
        config,
        protection,
        store.open(),
        source -> loader.join().load(source),
        new StoreImports(
            store.store(),
            store.cache(),
            sources,
            new GraphOperations(new HashSet<>(allowOperations))),
        new ModelReport(progress),
        started);
  }

  private ModelSources sources() throws Failure {
    try {
      return new ModelSources(modelSources);
    } catch (IllegalArgumentException e) {
      throw Failure.misuse("--model-sources: " + e.getMessage());
    }
  }

  private ModelLoader loader(Server server, EngineLoader started) {
    return batching.tuned(
        started,
        engine,
        store.cache(),
        () -> server.requestLimiter().requests() == 0,
        () -> stopping);
  }

  private ServerConfig config(String defaultModel) {
    return new ServerConfig(
        endpoints.host,
        endpoints.port,
        defaultModel,
        batching.maxBatchSize(),
        Duration.ofMillis(batching.maxBatchDelay),
        batching.queueCapacity,
        batching.workers(),
        Duration.ofSeconds(requestTimeout),
        batching.maxQueueWait.map(Duration::ofMillis),
        Duration.ofMillis(batching.targetQueueWait),
        maxBody,
        maxJsonNumbers,
        Duration.ofMillis(storeInterval),
        Duration.ofSeconds(drainTimeout),
        stateDir);
  }

  private void announce(int port) {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    double seconds = (System.currentTimeMillis() - start) / 1000.0;
    String address = security.scheme() + "://" + EndpointOptions.address(endpoints.host, port);
    System.out.printf(
        Locale.ROOT,
        "ready after %.1f s: %s%n" + "try: curl -s %s--data-binary @%s %s/score%n",
        seconds,
        address,
        security.curl(),
        sample(),
        address);
  }

  /** The sample image; relative if it is in the working folder, else where the launcher says. */
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
  private void stop(Server server, Telemetry started) {
    if (failed) {
      return;
    }
    stopping = true;
    loader.completeExceptionally(new CancellationException()); // Models stop waiting for it.
    log.info("stopping: finishing accepted requests");
    try {
      server.stop();
      started.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.info("stopped");
    Runtime.getRuntime().halt(ExitCode.OK);
  }
}
