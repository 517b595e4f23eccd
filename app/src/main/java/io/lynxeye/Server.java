package io.lynxeye;

import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.admission.TimeLimits;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.OptionalPort;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.Backend;
import io.lynxeye.http.ServerView;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.management.ModelRegistrar;
import io.lynxeye.metrics.Metrics;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.DecodePool;
import io.lynxeye.scoring.LiveFigures;
import io.lynxeye.scoring.ModelDirectory;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.security.Protection;
import io.lynxeye.store.ModelStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The composition root: makes the parts and connects them, in start order; stops them in reverse.
 *
 * <p>{@link #listen} comes first, so that a taken port is told at once and probes get an answer
 * while models load; then {@link #watch}. It is ready once the default model is loaded and warmed.
 */
public final class Server {

  private final ServerConfig config;
  private final ModelRegistry registry = new ModelRegistry();
  private final DecodePool decodePool = DecodePool.perCore();
  private final RequestLimiter limiter;
  private final Ports ports;
  private final StoreServing models;
  private final Metrics metrics;
  private final LiveFigures figures = new LiveFigures(NanoClock.SYSTEM, registry::queued);
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile Optional<ModelAdministration> administration = Optional.empty();
  private volatile boolean stopping;

  /**
   * Makes the parts; nothing runs yet.
   *
   * @param protection is started with {@link #listen} and ends with the server
   * @param loader may wait for its engine to start: models are loaded on a thread of their own
   */
  public Server(
      ServerConfig config,
      Protection protection,
      ModelStore store,
      ModelLoader loader,
      ServerListener listener,
      Telemetry telemetry) {
    this.config = config;
    this.limiter = limiter(config);
    this.metrics = new Metrics(this::statuses, registry, config.defaultModel(), limiter);
    metrics.ready(this::isReady);
    metrics.unusable(this::unusable);
    telemetry.meters().accept(metrics);
    ScoringService scoring =
        new ScoringService(
            new ModelDirectory(registry, config.defaultModel()),
            decodePool,
            limiter::available,
            new TimeLimits(config.requestTimeout(), config.maxQueueWait()),
            NanoClock.SYSTEM);
    this.ports =
        new Ports(
            config,
            protection,
            new Backend(scoring, limiter, registry, this::isReady, this::view),
            metrics,
            figures,
            telemetry.after(metrics, figures));
    this.models =
        new StoreServing(
            config, store, loader, registry, listener, List.of(metrics, status -> checkReady()));
  }

  private ServerView view() {
    return new ServerView(isReady(), statuses(), figures.snapshot());
  }

  private int unusable() {
    return models.unusable();
  }

  /**
   * Twice what one model may have in flight, so that a flood of requests to one model leaves half
   * of the permits to the others. An eighth of the heap for the bodies: with two fifths for the
   * decoder and a prepared input for each permit, a sixth remains.
   */
  private static RequestLimiter limiter(ServerConfig config) {
    int ofOneModel = config.queueCapacity() + config.workers() * config.maxBatchSize();
    return new RequestLimiter(
        2 * ofOneModel, Math.max(config.maxBodyBytes(), Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * Opens the port. Answers from now on, but is not ready.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had or the files of TLS cannot be used, naming
   *     it
   */
  public int listen() throws IOException, InterruptedException {
    return ports.open();
  }

  /**
   * Opens the port for gRPC. To be called once, if at all.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int listenGrpc(OptionalPort address) throws IOException {
    return ports.open(address);
  }

  /**
   * Opens the port for metrics. To be called once, if at all.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int listenMetrics(OptionalPort address) throws IOException, InterruptedException {
    return ports.openMetrics(address);
  }

  /**
   * Opens the administrators' port. To be called once, if at all.
   *
   * @param registrar brings models into the store
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int administer(ManagementConfig address, ModelRegistrar registrar)
      throws IOException, InterruptedException {
    ModelAdministration made = models.administration(registrar);
    administration = Optional.of(made);
    return ports.open(address, made);
  }

  /**
   * Begins to look into the store, and to serve what is there.
   *
   * @return done when everything found at first is available or has failed
   */
  public CompletableFuture<Void> watch() {
    return models.watch();
  }

  /**
   * Serves these models and no others, until the watcher finds something else.
   *
   * @return done when each is available or has failed
   */
  public CompletableFuture<Void> reconcile(Collection<StoredModel> wanted) {
    return models.reconcile(wanted);
  }

  private void checkReady() {
    if (isReady()) {
      ready.complete(null);
    }
  }

  /** Done once the server is ready for the first time. */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /** Whether the default model can answer and no stop has begun. */
  public boolean isReady() {
    return !stopping && registry.find(config.defaultModel(), VersionChoice.newest()).isPresent();
  }

  /** The state of every model. */
  public List<ModelStatus> statuses() {
    return models.statuses();
  }

  /** Its last two minutes. */
  public LiveFigures figures() {
    return figures;
  }

  /** Limits the requests in flight. */
  public RequestLimiter requestLimiter() {
    return limiter;
  }

  /**
   * Not ready any more; finishes what was accepted; frees everything. Takes at most the drain
   * timeout and four seconds. Idempotent; whoever calls while a stop goes on waits for its end.
   */
  public synchronized void stop() throws InterruptedException {
    if (stopping) {
      return;
    }
    stopping = true;
    StopSequence steps = new StopSequence(config.drainTimeout());
    models.stopWatching();
    administration.ifPresent(ModelAdministration::close);
    ports.closeManagement(steps);
    ports.drain(steps);
    decodePool.shutdown();
    steps.await("unloading models", models.unload());
    ports.close(steps);
    metrics.close();
  }
}
