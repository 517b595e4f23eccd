package io.lynxeye.server;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.Backend;
import io.lynxeye.http.page.ServerView;
import io.lynxeye.security.Protection;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.lifecycle.ModelListener;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.liveness.Liveness;
import io.lynxeye.serving.management.ModelImportPort;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.ModelCounters;
import io.lynxeye.serving.observation.RecentStats;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.DecodePool;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.store.ModelStore;
import io.lynxeye.telemetry.metrics.Metrics;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The composition root: creates the components and connects them; starts them in order and stops
 * them in reverse order.
 *
 * <p>{@link #listen} comes first, so that a port in use is reported at once and probes get
 * responses while models load; then {@link #watch}. The server is ready once the default model is
 * loaded and warmed up.
 */
public final class Server {

  /** Receives changes of the store and of the models in it. */
  public interface Listener extends ModelListener {

    /** The contents of the store have changed. Called on the watcher's thread; returns quickly. */
    default void scanned(ModelStore.Contents contents) {}
  }

  private final ServerConfig config;
  private final ModelRegistry registry = new ModelRegistry();
  private final DecodePool decodePool = DecodePool.perCore();
  private final RequestLimiter limiter;
  private final Metrics metrics;
  private final RecentStats figures = new RecentStats(NanoClock.SYSTEM, registry::queued);
  private final ModelCounters counters = new ModelCounters();
  private final StoreServing models;
  private final Endpoints endpoints;
  private final Liveness liveness = new Liveness();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile boolean stopping;

  /**
   * Creates the components; nothing runs yet.
   *
   * @param protection is started by {@link #listen} and ends with the server
   * @param loader may block until its engine has started: models are loaded on a separate thread
   * @param registrar imports the models that clients of the management port register
   */
  public Server(
      ServerConfig config,
      Protection protection,
      ModelStore store,
      ModelLoader loader,
      ModelImportPort registrar,
      Listener listener,
      Telemetry telemetry) {
    this.config = config;
    this.limiter = limiter(config);
    this.metrics = metrics(telemetry);
    this.models =
        new StoreServing(
            config,
            store,
            loader,
            registry,
            registrar,
            listener,
            List.of(metrics, counters::changed, status -> checkReady()));
    metrics.rollouts(models.rollouts()::statuses);
    metrics.drifts(models.drifts()::statuses);
    ScoringService scoring = scoring();
    this.endpoints =
        new Endpoints(
            config,
            protection,
            new Backend(scoring, limiter, registry, repository(scoring), health(), this::view),
            models.administration(),
            metrics,
            figures,
            telemetry.after(metrics, figures, counters));
    endpoints.addTo(liveness);
    models.addTo(liveness);
    liveness.needs("a thread of the decode pool", decodePool::isAlive);
    liveness.needs(
        "a worker of a model", () -> registry.all().stream().allMatch(ServedModel::isAlive));
  }

  private Health health() {
    return new Health(() -> lost().isEmpty(), this::isReady);
  }

  /**
   * A thread that the server needs and has lost, although no stop has begun; empty while all run.
   * Only a new process helps: the owner of this one is to end it.
   */
  public Optional<String> lost() {
    return stopping ? Optional.empty() : liveness.lost();
  }

  private Metrics metrics(Telemetry telemetry) {
    Metrics made = new Metrics(this::statuses, registry, config.defaultModel(), limiter);
    made.ready(this::isReady);
    made.unusable(this::unusable);
    telemetry.meters().accept(made);
    return made;
  }

  private int unusable() {
    return models.unusable();
  }

  private ScoringService scoring() {
    return new ScoringService(
        new ModelResolver(registry, config.defaultModel()),
        decodePool,
        limiter::available,
        new TimeLimits(config.requestTimeout(), config.maxQueueWait(), config.targetQueueWait()),
        NanoClock.SYSTEM,
        models.answers());
  }

  private ModelRepository repository(ScoringService scoring) {
    return new ModelRepository(
        scoring.models(), registry, counters, models.administration()::models);
  }

  private ServerView view() {
    return new ServerView(
        isReady(),
        statuses(),
        models.rollouts().statuses(),
        figures.snapshot(),
        models.drifts().statuses());
  }

  /**
   * Twice what one model may have in flight, so that a flood of requests to one model leaves half
   * of the permits to the others. An eighth of the heap for the bodies: with two fifths for the
   * decoder and the images that are decoded ahead, a third remains.
   */
  private static RequestLimiter limiter(ServerConfig config) {
    int ofOneModel = config.queueCapacity() + config.workers() * config.maxBatchSize();
    long heap = Runtime.getRuntime().maxMemory(); // As much is allowed outside it.
    return new RequestLimiter(
        2 * ofOneModel,
        Math.max(config.maxBodyBytes(), heap / 8),
        Math.max(config.maxBodyBytes(), heap / 2));
  }

  /**
   * Opens the HTTP endpoint. The server responds from now on, but is not ready.
   *
   * @return the port, which matters if 0 was requested
   * @throws IOException when it cannot listen on the address or use the TLS files, naming them
   */
  public int listen() throws IOException, InterruptedException {
    int port = endpoints.start();
    models.compare();
    return port;
  }

  /**
   * Opens another endpoint; each kind at most once.
   *
   * @return the port, which matters if 0 was requested
   * @throws IOException when it cannot listen on the address, naming it
   */
  public int open(EndpointConfig endpoint) throws IOException, InterruptedException {
    return endpoints.open(endpoint);
  }

  /**
   * Starts scanning the store and serving its models.
   *
   * @return completes when every model of the first scan is available or has failed
   */
  public CompletableFuture<Void> watch() {
    return models.watch();
  }

  /**
   * Serves only these models, until a scan of the store finds others.
   *
   * @return completes when each model is available or has failed
   */
  public CompletableFuture<Void> reconcile(Collection<StoredModel> desired) {
    return models.reconcile(desired);
  }

  private void checkReady() {
    if (isReady()) {
      ready.complete(null);
    }
  }

  /** Completes once the server is ready for the first time. */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /** Whether the default model is available and takes one input, and no stop has begun. */
  public boolean isReady() {
    return !stopping && whyNotReady().isEmpty();
  }

  /** Why requests without a model cannot be scored; empty if they can. */
  public Optional<String> whyNotReady() {
    String model = config.defaultModel();
    Optional<ServedModel> found = registry.find(model, VersionChoice.newest());
    if (found.isEmpty()) {
      return Optional.of(registry.absence(model).describe(model));
    }
    List<TensorSpec> inputs = found.get().description().signature().inputs();
    return inputs.size() == 1
        ? Optional.empty()
        : Optional.of(
            "the default model '%s' has %d inputs (%s), and must have one; name another with --model"
                .formatted(model, inputs.size(), TensorSpec.describe(inputs)));
  }

  /** The state of every model. */
  public List<ModelStatus> statuses() {
    return models.statuses();
  }

  /** Statistics of the last two minutes. */
  public RecentStats figures() {
    return figures;
  }

  /** Limits the requests in flight. */
  public RequestLimiter requestLimiter() {
    return limiter;
  }

  /**
   * Ends readiness, finishes accepted requests and frees all resources. Takes at most the drain
   * timeout and four seconds. Idempotent; a concurrent call waits for the end of the stop.
   */
  public synchronized void stop() throws InterruptedException {
    if (stopping) {
      return;
    }
    stopping = true;
    StopSequence steps = new StopSequence(config.drainTimeout());
    models.stopWatching();
    endpoints.closeManagement(steps);
    endpoints.drain(steps);
    decodePool.shutdown();
    steps.await("unloading models", models.unload());
    endpoints.close(steps);
    metrics.close();
  }
}
