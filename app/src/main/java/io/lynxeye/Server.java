package io.lynxeye;

import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.HttpApi;
import io.lynxeye.http.HttpListener;
import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.ModelManager;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: makes the parts and connects them, in start order; stops them in reverse.
 *
 * <p>Listens first, so that a taken port is told at once and probes get an answer while models
 * load; it is ready only after {@link #serve} has loaded and warmed the default model.
 */
public final class Server {

  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private static final long SECOND_NANOS = 1_000_000_000L;

  private final ServerConfig config;
  private final Vertx vertx = Vertx.vertx();
  private final ModelRegistry registry = new ModelRegistry();
  private final ExecutorService decodePool;
  private final Admission admission;
  private final HttpListener http;
  private volatile boolean stopping;
  private volatile ModelManager manager;

  /** Makes the parts; nothing runs yet. */
  public Server(ServerConfig config) {
    this.config = config;
    this.decodePool = decodePool();
    this.admission = admission(config);
    ScoringService scoring =
        new ScoringService(
            registry, config.defaultModel(), decodePool, config.requestTimeout(), NanoClock.SYSTEM);
    this.http =
        new HttpListener(
            vertx, HttpApi.servers(vertx, config, scoring, admission, registry, this::isReady));
  }

  /** One thread per core: decoding is pure CPU work. */
  public static ExecutorService decodePool() {
    int cores = Runtime.getRuntime().availableProcessors();
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        cores, work -> new Thread(work, "decode-" + number.getAndIncrement()));
  }

  /**
   * A queue's worth of requests beyond those in the engine, and an eighth of the heap for their
   * bodies: with the decoder's two fifths and a queue of samples, that leaves a fifth.
   */
  private static Admission admission(ServerConfig config) {
    int requests = config.queueCapacity() + config.workers() * config.maxBatchSize();
    return new Admission(
        requests, Math.max(config.maxBodyBytes(), Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * Opens the port. Answers from now on, but is not ready.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int listen() throws IOException, InterruptedException {
    try {
      return http.listen(config.host(), config.port())
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } catch (ExecutionException e) {
      throw new IOException(
          "cannot listen on %s:%d: %s; choose another with --port and --host"
              .formatted(config.host(), config.port(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  /**
   * Loads and warms what should be served.
   *
   * @return done when every model is available or has failed
   */
  public CompletableFuture<Void> serve(
      ModelLoader loader, Collection<StoredModel> found, ModelListener listener) {
    BatchPolicy defaults =
        new BatchPolicy(
            config.maxBatchSize(),
            config.maxBatchDelay(),
            config.queueCapacity(),
            config.workers());
    manager =
        new ModelManager(
            loader,
            registry,
            defaults,
            config.drainTimeout(),
            listener,
            NanoClock.SYSTEM,
            InstantSource.system());
    return manager.reconcile(found);
  }

  /** Whether the default model can answer and no stop has begun. */
  public boolean isReady() {
    return !stopping && registry.find(config.defaultModel(), VersionChoice.newest()).isPresent();
  }

  /** The state of every model. */
  public List<ModelStatus> statuses() {
    return manager == null ? List.of() : manager.statuses();
  }

  /** What the server carries now. */
  Admission admission() {
    return admission;
  }

  /**
   * Not ready any more; finishes what was accepted; frees everything. Takes at most the drain
   * timeout and three seconds. Idempotent; whoever calls while a stop goes on waits for its end.
   */
  public synchronized void stop() throws InterruptedException {
    if (stopping) {
      return;
    }
    stopping = true;
    long end = System.nanoTime() + config.drainTimeout().toNanos();
    await("closing connections", http.shutdown(config.drainTimeout()).toCompletionStage(), end);
    decodePool.shutdown();
    if (manager != null) {
      await("unloading models", manager.stop(), end);
    }
    await("closing event loops", vertx.close().toCompletionStage(), end);
  }

  /**
   * Waits for a step of the stop until the end, and a second more; one that fails or hangs must not
   * keep the next from happening.
   */
  private static void await(String step, CompletionStage<?> stage, long endNanos)
      throws InterruptedException {
    long left = Math.max(0, endNanos - System.nanoTime());
    try {
      stage.toCompletableFuture().get(left + SECOND_NANOS, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("{} did not end well: {}", step, e.toString());
    }
  }
}
