package io.lynxeye.grpc;

import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.grpc.call.Calls;
import io.lynxeye.grpc.call.GrpcCall;
import io.lynxeye.grpc.inference.InferenceService;
import io.lynxeye.grpc.tensorflow.TensorFlowServices;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.scoring.VersionStatuses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The port for gRPC. */
public final class GrpcEndpoint {

  /** gRPC's logger. Its warnings also reach client and metrics; a flood must not fill the log. */
  private static final Logger TRANSPORT = Logger.getLogger("io.grpc.netty.NettyServerStream");

  /** The usual time limit for the arrival of a message. */
  public static final Duration UPLOAD = Duration.ofMinutes(2);

  private static final int MAX_CALLS_PER_CONNECTION = 1000;
  private static final int MAX_METADATA_BYTES = 16 * 1024;
  private static final int FLOW_CONTROL_BYTES = 1 << 20;
  private static final int MAX_RESETS = 1000;
  private static final int RESETS_SECONDS = 10;
  private static final long IDLE_MINUTES = 10;
  private static final long PING_SECONDS = 60;
  private static final long PONG_SECONDS = 20;

  /** Less than clients' intervals, of which 10 is common: gRPC forgives few early pings. */
  private static final long FASTEST_PING_SECONDS = 1;

  private final ServerConfig config;
  private final Calls calls;
  private final InferenceService service;
  private final TensorFlowServices tensorFlow;
  private final HealthService healthService;
  private final Protection protection;
  private final Tls tls;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private volatile Optional<Server> server = Optional.empty();
  private volatile Optional<Connections> connections = Optional.empty();

  /**
   * Does not open the port yet.
   *
   * @param protection authenticates callers
   * @param tls must be loaded before the port is opened
   * @param statuses all model versions
   * @param health for health checks
   * @param listener notified of every call
   * @param upload time limit for the arrival of a message
   */
  public GrpcEndpoint(
      ServerConfig config,
      Protection protection,
      Tls tls,
      ScoringService scoring,
      RequestLimiter requestLimiter,
      ModelRegistry registry,
      ModelRepository repository,
      Supplier<? extends Collection<ModelStatus>> statuses,
      Health health,
      RequestListener listener,
      Duration upload) {
    this.config = config;
    this.timer = timer();
    this.calls =
        new Calls(
            requestLimiter,
            protection.limiter(),
            listener,
            end -> timer.schedule(end, upload.toNanos(), TimeUnit.NANOSECONDS));
    this.healthService = new HealthService(health);
    this.protection = protection;
    this.tls = tls;
    this.executor = executor();
    this.service = new InferenceService(scoring, registry, repository, health, executor);
    this.tensorFlow =
        new TensorFlowServices(scoring, new VersionStatuses(scoring.models(), statuses), executor);
    TRANSPORT.setLevel(Level.SEVERE);
  }

  /** Parses messages and builds answers, which takes a core or two and never waits. */
  private static ExecutorService executor() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        Math.max(2, Runtime.getRuntime().availableProcessors() / 4),
        task -> daemon(task, "grpc-" + number.incrementAndGet()));
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, task -> daemon(task, "grpc-timer"));
    timer.setRemoveOnCancelPolicy(true); // Nearly all tasks are cancelled, and each holds its call.
    return timer;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens the port. Call this once.
   *
   * @param port 0 = any free port
   * @return the actual port
   * @throws IOException when the address cannot be used, naming it
   */
  public int open(String host, int port) throws IOException {
    ServerCredentials credentials = TlsCredentials.of(tls);
    Connections limited = new Connections(protection.config().limits().maxConnections());
    connections = Optional.of(limited);
    Server made = server(new InetSocketAddress(host, port), credentials, limited);
    try {
      server = Optional.of(made.start());
      return server.get().getPort();
    } catch (IOException e) {
      limited.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen on %s:%s: %s; choose another with --grpc-port and --host"
              .formatted(host, port, cause.getMessage()),
          e);
    }
  }

  private Server server(
      InetSocketAddress address, ServerCredentials credentials, Connections limited) {
    NettyServerBuilder builder =
        limited
            .applyTo(NettyServerBuilder.forAddress(address, credentials))
            .handshakeTimeout(
                protection.config().limits().headTime().toMillis(), TimeUnit.MILLISECONDS)
            .executor(executor)
            .decompressorRegistry(Deflate.READ)
            .compressorRegistry(Deflate.written())
            .intercept(new MessageCompression())
            .addStreamTracerFactory(calls)
            .addService(service.definition())
            .addService(healthService.definition())
            .addServices(tensorFlow.definitions())
            .maxInboundMessageSize((int) config.maxBodyBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
            .flowControlWindow(FLOW_CONTROL_BYTES)
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(FASTEST_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    protection.callers().ifPresent(known -> builder.intercept(new Authentication(known)));
    builder.intercept(new Audit(protection.audit()));
    return builder.intercept(new GrpcCall.Interceptor()).build(); // The last one runs first.
  }

  /** Whether the event loops run, if the port is open; also true while it is closed. */
  public boolean isAlive() {
    return executor.isShutdown() || connections.map(Connections::areLoopsAlive).orElse(true);
  }

  /**
   * Refuses new calls, sends GOAWAY so that clients reconnect elsewhere, and finishes accepted
   * calls; closes the others after the time limit.
   *
   * @return completes when all connections are closed
   */
  public CompletableFuture<Void> shutdown(Duration atMost) {
    return CompletableFuture.runAsync(
        () -> stop(atMost), task -> new Thread(task, "grpc-stop").start());
  }

  private void stop(Duration atMost) {
    try {
      if (server.isPresent()) {
        server.get().shutdown();
        service.stop();
        server.get().awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
        server.get().shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.ifPresent(Connections::close);
      executor.shutdown();
      timer.shutdown();
    }
  }
}
