package io.lynxeye;

import io.grpc.InsecureServerCredentials;
import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.GrpcConfig;
import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.grpc.GrpcListener;
import io.lynxeye.http.HttpApi;
import io.lynxeye.http.HttpListener;
import io.lynxeye.http.ManagementApi;
import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.ModelManager;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.management.ModelRegistrar;
import io.lynxeye.metrics.Metrics;
import io.lynxeye.metrics.Watched;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.DecodePool;
import io.lynxeye.scoring.LiveFigures;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.store.ModelStore;
import io.lynxeye.store.StoreEditor;
import io.lynxeye.store.StoreWatcher;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: makes the parts and connects them, in start order; stops them in reverse.
 *
 * <p>{@link #listen} comes first, so that a taken port is told at once and probes get an answer
 * while models load; then {@link #watch}. It is ready once the default model is loaded and warmed.
 */
public final class Server {

  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private static final InstantSource SYSTEM_TIME = InstantSource.system();
  private static final int ADMINISTRATORS = 2; // The second listener.
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long SECOND_MILLIS = 1000;

  private final ServerConfig config;
  private final Vertx vertx = Vertx.vertx();
  private final ModelRegistry registry = new ModelRegistry();
  private final DecodePool decodePool = DecodePool.perCore();
  private final Admission admission;
  private final HttpListener http;
  private final GrpcListener grpc;
  private final ModelManager manager;
  private final StoreWatcher watcher;
  private final Metrics metrics;
  private final LiveFigures figures = new LiveFigures(NanoClock.SYSTEM, this::queued);
  private final RequestListener requests;
  private final Path store;
  private final ServerListener listener;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile Optional<Management> management = Optional.empty();
  private volatile int unusable;
  private volatile boolean stopping;

  /** The administrators' port and what answers there. */
  private record Management(ModelAdministration administration, HttpListener http) {}

  /**
   * Makes the parts; nothing runs yet.
   *
   * @param loader may wait for its engine to start: models are loaded on a thread of their own
   */
  public Server(
      ServerConfig config,
      ModelStore store,
      ModelLoader loader,
      ServerListener listener,
      Telemetry telemetry) {
    this.config = config;
    this.listener = listener;
    this.store = store.folder();
    this.admission = admission(config);
    this.metrics = new Metrics(watched(config, telemetry));
    this.requests =
        RequestListener.all(
            Stream.concat(Stream.of(metrics, figures), telemetry.listeners().stream()).toList());
    ScoringService scoring =
        new ScoringService(
            registry,
            config.defaultModel(),
            decodePool,
            admission::places,
            config.requestTimeout(),
            NanoClock.SYSTEM);
    this.http =
        new HttpListener(
            vertx,
            HttpApi.servers(
                vertx,
                config,
                scoring,
                admission,
                registry,
                this::statuses,
                this::isReady,
                requests));
    this.grpc =
        new GrpcListener(
            config,
            scoring,
            admission,
            registry,
            this::isReady,
            requests,
            List.of(),
            InsecureServerCredentials.create());
    this.manager =
        new ModelManager(
            loader,
            registry,
            batching(config),
            config.drainTimeout(),
            ModelListener.all(List.of(listener, metrics, status -> checkReady())),
            NanoClock.SYSTEM,
            SYSTEM_TIME);
    this.watcher =
        new StoreWatcher(store, config.storeInterval(), manager::foldersInUse, this::found);
  }

  private Watched watched(ServerConfig of, Telemetry telemetry) {
    return new Watched(
        this::statuses,
        registry,
        of.defaultModel(),
        admission,
        this::isReady,
        () -> unusable,
        telemetry.gpuMemory());
  }

  private int queued() {
    return registry.all().stream().mapToInt(ServedModel::queued).sum();
  }

  private static BatchPolicy batching(ServerConfig of) {
    return new BatchPolicy(of.maxBatchSize(), of.maxBatchDelay(), of.queueCapacity(), of.workers());
  }

  /**
   * Twice what one model may have on its way: a flood of one leaves half of the places to the
   * others. An eighth of the heap for their bodies: with the decoder's two fifths and a sample for
   * each place, that leaves a sixth.
   */
  private static Admission admission(ServerConfig config) {
    int ofOneModel = config.queueCapacity() + config.workers() * config.maxBatchSize();
    return new Admission(
        2 * ofOneModel, Math.max(config.maxBodyBytes(), Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * Opens the port. Answers from now on, but is not ready.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int listen() throws IOException, InterruptedException {
    vertx.setPeriodic(SECOND_MILLIS, second -> figures.tick());
    return http.open(config.host(), config.port(), "--");
  }

  /**
   * Opens the port for gRPC. To be called once, if at all.
   *
   * @return the port, which matters when 0 was asked for
   * @throws IOException when the address cannot be had, naming it
   */
  public int listenGrpc(GrpcConfig address) throws IOException {
    return grpc.open(address.host(), address.port());
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
    ModelAdministration administration =
        new ModelAdministration(
            store, watcher, new StoreEditor(store), manager, registry, registrar, SYSTEM_TIME);
    HttpListener port =
        new HttpListener(
            vertx,
            ManagementApi.servers(vertx, address.host(), administration, metrics::scrape, requests),
            ADMINISTRATORS);
    management = Optional.of(new Management(administration, port));
    return port.open(address.host(), address.port(), "--management-");
  }

  /**
   * Begins to look into the store, and to serve what is there.
   *
   * @return done when everything found at first is available or has failed
   */
  public CompletableFuture<Void> watch() {
    watcher.start();
    return settled;
  }

  /** On the watcher's thread. */
  private void found(ModelStore.Contents contents) {
    unusable = contents.unusable().size();
    listener.looked(contents);
    var unused =
        reconcile(contents.models()).whenComplete((done, failed) -> settled.complete(null));
  }

  /**
   * Serves these models and no others, until the watcher finds something else.
   *
   * @return done when each is available or has failed
   */
  public CompletableFuture<Void> reconcile(Collection<StoredModel> models) {
    return manager.reconcile(models);
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
    return manager.statuses();
  }

  /** Its last two minutes. */
  public LiveFigures figures() {
    return figures;
  }

  /** What the server carries now. */
  public Admission admission() {
    return admission;
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
    long end = System.nanoTime() + config.drainTimeout().toNanos();
    watcher.close();
    if (management.isPresent()) {
      management.get().administration().close();
      var closing = management.get().http().shutdown(Duration.ZERO);
      await("closing the management port", closing.toCompletionStage(), end);
    }
    var calls = grpc.shutdown(config.drainTimeout()); // At once with the other: one time for both.
    await("closing connections", http.shutdown(config.drainTimeout()).toCompletionStage(), end);
    await("closing gRPC connections", calls, end);
    decodePool.shutdown();
    await("unloading models", manager.stop(), end);
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
