package io.lynxeye;

import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.Backend;
import io.lynxeye.http.ServerView;
import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.management.ModelRegistrar;
import io.lynxeye.metrics.Watched;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.DecodePool;
import io.lynxeye.scoring.LiveFigures;
import io.lynxeye.scoring.ModelDirectory;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.scoring.TimeLimits;
import io.lynxeye.security.Protection;
import io.lynxeye.store.ModelStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
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
  private final Admission admission;
  private final Observation observation;
  private final StoreServing models;
  private final Endpoints endpoints;
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
      ModelRegistrar registrar,
      Listener listener,
      Telemetry telemetry) {
    this.config = config;
    this.admission = admission(config);
    this.observation = observation(telemetry);
    this.models =
        new StoreServing(
            config,
            store,
            loader,
            registry,
            registrar,
            listener,
            List.of(observation.metrics(), status -> checkReady()));
    this.endpoints =
        new Endpoints(
            config,
            protection,
            new Backend(scoring(), admission, registry, this::isReady, this::view),
            models.administration(),
            observation);
  }

  /**
   * Admits twice the in-flight limit of one model, so that a flood of requests for one model leaves
   * half to the others. Request bodies may take an eighth of the heap: with two fifths for decoding
   * and a prepared input for each request, a sixth stays free.
   */
  private static Admission admission(ServerConfig config) {
    int ofOneModel = config.queueCapacity() + config.workers() * config.maxBatchSize();
    return new Admission(
        2 * ofOneModel, Math.max(config.maxBodyBytes(), Runtime.getRuntime().maxMemory() / 8));
  }

  private Observation observation(Telemetry telemetry) {
    Watched watched =
        new Watched(
            this::statuses,
            registry,
            config.defaultModel(),
            admission,
            this::isReady,
            () -> models.unusable(),
            telemetry.gpuMemory(),
            telemetry.collected());
    return Observation.of(watched, new LiveFigures(NanoClock.SYSTEM, registry::queued), telemetry);
  }

  private ScoringService scoring() {
    return new ScoringService(
        new ModelDirectory(registry, config.defaultModel()),
        decodePool,
        admission::places,
        new TimeLimits(config.requestTimeout(), config.maxQueueWait()),
        NanoClock.SYSTEM);
  }

  private ServerView view() {
    return new ServerView(isReady(), statuses(), observation.figures().snapshot());
  }

  /**
   * Opens the HTTP endpoint. The server responds from now on, but is not ready.
   *
   * @return the port, which matters if 0 was requested
   * @throws IOException when it cannot listen on the address or use the TLS files, naming them
   */
  public int listen() throws IOException, InterruptedException {
    return endpoints.start();
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
   * Serves these models and no others, until a scan of the store finds something else.
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

  /** Whether the default model is available and no stop has begun. */
  public boolean isReady() {
    return !stopping && registry.find(config.defaultModel(), VersionChoice.newest()).isPresent();
  }

  /** The state of every model. */
  public List<ModelStatus> statuses() {
    return models.statuses();
  }

  /** Statistics of the last two minutes. */
  public LiveFigures figures() {
    return observation.figures();
  }

  /** The limits of the requests in flight, and their number. */
  public Admission admission() {
    return admission;
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
    observation.metrics().close();
  }
}
