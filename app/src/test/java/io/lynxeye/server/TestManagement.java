package io.lynxeye.server;

import io.lynxeye.http.connection.HttpEndpoint;
import io.lynxeye.http.management.ManagementApi;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeRegistrar;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.rollout.Rollouts;
import io.lynxeye.serving.rollout.watch.Drifts;
import io.lynxeye.serving.store.ModelStore;
import io.lynxeye.serving.store.StoreEditor;
import io.lynxeye.serving.store.StoreWatcher;
import io.lynxeye.telemetry.metrics.Metrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;

/** The management port on a free port: a real store folder, models without an engine. */
public final class TestManagement implements AutoCloseable {

  private final Path store;
  private final FakeLoader loader = new FakeLoader();
  private final FakeRegistrar registrar;
  private final Semaphore loads = new Semaphore(Integer.MAX_VALUE / 2);
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ModelRegistry registry = new ModelRegistry();
  private final Metrics metrics =
      new Metrics(() -> manager().statuses(), registry, "none", new RequestLimiter(1, 1));
  private final Rollouts rollouts;
  private final Drifts drifts;
  private final ModelManager manager;
  private final StoreWatcher watcher;
  private final ModelAdministration administration;
  private final HttpEndpoint http;
  private final int port;
  private boolean closed;

  public TestManagement(Path store) {
    this(store, "127.0.0.1");
  }

  /**
   * @param host the address that the Host check assumes
   */
  public TestManagement(Path store, String host) {
    this(store, host, Protection.none());
  }

  public TestManagement(Path store, String host, Protection protection) {
    this.store = store;
    registrar = new FakeRegistrar(store);
    rollouts =
        new Rollouts(
            Rollouts.folderIn(store),
            registry::isIdle,
            this::settleLater,
            NanoClock.SYSTEM,
            InstantSource.system());
    rollouts.start();
    drifts = new Drifts(Rollouts.folderIn(store), InstantSource.system());
    metrics.drifts(drifts::statuses);
    metrics.rollouts(rollouts::statuses);
    manager =
        new ModelManager(
            this::load,
            registry,
            new BatchPolicy(2, Duration.ZERO, 64, 1),
            Duration.ofSeconds(20),
            metrics,
            NanoClock.SYSTEM,
            InstantSource.system(),
            rollouts.and(drifts));
    watcher =
        new StoreWatcher(
            new ModelStore(store, store.resolve(".cache")),
            Duration.ofMillis(20),
            manager::foldersInUse,
            InstantSource.system(),
            this::found);
    administration =
        new ModelAdministration(
            store,
            watcher,
            new StoreEditor(store),
            manager,
            registry,
            registrar,
            rollouts,
            drifts,
            InstantSource.system());
    watcher.start();
    http =
        new HttpEndpoint(
            vertx,
            ManagementApi.servers(
                vertx,
                host,
                protection,
                new Tls(vertx, Optional.empty()),
                administration,
                metrics::scrape,
                request -> {}));
    port = http.listen("127.0.0.1", 0).toCompletionStage().toCompletableFuture().join();
  }

  private void found(ModelStore.Contents contents) {
    var unused = manager.reconcile(contents.models());
  }

  private void settleLater() {
    var unused = manager.settled();
  }

  private LoadedModel load(ModelSource source) throws ModelLoadException {
    loads.acquireUninterruptibly();
    return loader.load(source);
  }

  private ModelManager manager() {
    return manager;
  }

  public ModelRegistry registry() {
    return registry;
  }

  /** Where answered images are offered for comparison. */
  public Rollouts rollouts() {
    return rollouts;
  }

  /** Where answers are offered for the look for drift. */
  public Drifts drifts() {
    return drifts;
  }

  public ModelAdministration administration() {
    return administration;
  }

  public FakeLoader loader() {
    return loader;
  }

  public FakeRegistrar registrar() {
    return registrar;
  }

  public Path store() {
    return store;
  }

  public int port() {
    return port;
  }

  /** Makes every load wait for {@link #releaseLoads}. */
  public void holdLoads() {
    loads.drainPermits();
  }

  public void releaseLoads() {
    loads.release(1000);
  }

  /** Waits until a load is waiting. */
  public void awaitLoad() {
    Awaitility.await().until(loads::hasQueuedThreads);
  }

  /** Adds an empty version to the store and waits until it is served or has failed. */
  public TestManagement put(String name, int version) {
    return put(name, version, "");
  }

  /** Adds a version with a manifest. */
  public TestManagement put(String name, int version, String manifest) {
    FakeRegistrar.write(store.resolve(name).resolve("" + version), false, manifest);
    watcher.complete(new ModelId(name, version));
    return settle();
  }

  /** Waits until the served models match the store. */
  public TestManagement settle() {
    watcher.lookNow().join();
    manager.settled().join();
    return this;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  public HttpRequest.Builder request(String method, String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofSeconds(20))
        .method(method, HttpRequest.BodyPublishers.ofString(body));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<String> send(String method, String path) {
    return send(request(method, path, ""));
  }

  /** Sends a request without waiting for the response. */
  public CompletableFuture<HttpResponse<String>> sendLater(String method, String path) {
    return client.sendAsync(request(method, path, "").build(), BodyHandlers.ofString());
  }

  /** Stops the server; idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    registrar.release();
    releaseLoads();
    http.shutdown(Duration.ZERO).toCompletionStage().toCompletableFuture().join();
    administration.close();
    watcher.close();
    rollouts.close();
    drifts.close();
    manager.stop().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    metrics.close();
  }
}
