package io.lynxeye.server;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.security.Protection;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.store.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;

/** A real server on a free port; its default model {@code fake/1} needs no engine. */
public final class TestServer implements AutoCloseable {

  /** The body limit, unless a test says otherwise. */
  public static final int MAX_BODY = 2000;

  /** The store, for tests that serve no folder. */
  private static final Path NOWHERE = Path.of("target", "no-such-store");

  /** Settings that a test may change. */
  public record Settings(
      int port,
      int queueCapacity,
      Duration requestTimeout,
      Duration drainTimeout,
      int maxBody,
      long maxJson,
      Path state) {

    public static final Settings DEFAULT =
        new Settings(
            0,
            500,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            MAX_BODY,
            1_000_000,
            Path.of("target", "rollouts-of-test-servers"));

    public Settings withPort(int value) {
      return new Settings(
          value, queueCapacity, requestTimeout, drainTimeout, maxBody, maxJson, state);
    }

    public Settings withQueueCapacity(int value) {
      return new Settings(port, value, requestTimeout, drainTimeout, maxBody, maxJson, state);
    }

    public Settings withRequestTimeout(Duration value) {
      return new Settings(port, queueCapacity, value, drainTimeout, maxBody, maxJson, state);
    }

    public Settings withDrainTimeout(Duration value) {
      return new Settings(port, queueCapacity, requestTimeout, value, maxBody, maxJson, state);
    }

    public Settings withMaxBody(int value) {
      return new Settings(port, queueCapacity, requestTimeout, drainTimeout, value, maxJson, state);
    }

    public Settings withMaxJson(long value) {
      return new Settings(port, queueCapacity, requestTimeout, drainTimeout, maxBody, value, state);
    }

    /** With a folder of its own for what is decided about rollouts. */
    public Settings withState(Path value) {
      return new Settings(
          port, queueCapacity, requestTimeout, drainTimeout, maxBody, maxJson, value);
    }

    public ServerConfig config() {
      return new ServerConfig(
          "127.0.0.1",
          port,
          "fake",
          1,
          Duration.ZERO,
          queueCapacity,
          1,
          requestTimeout,
          Optional.empty(),
          requestTimeout,
          maxBody,
          maxJson,
          Duration.ofMillis(20),
          drainTimeout,
          Optional.of(state));
    }
  }

  private final FakeLoader loader = new FakeLoader();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Server server;
  private int port;

  public TestServer(Settings settings) {
    this(settings, Telemetry.NONE);
  }

  public TestServer(Settings settings, Telemetry telemetry) {
    this(settings, Protection.none(), telemetry);
  }

  public TestServer(Settings settings, Protection protection) {
    this(settings, protection, Telemetry.NONE);
  }

  private TestServer(Settings settings, Protection protection, Telemetry telemetry) {
    this.server =
        new Server(
            settings.config(),
            protection,
            new ModelStore(NOWHERE, NOWHERE),
            loader,
            registration -> {},
            status -> {},
            telemetry);
  }

  /** A server that listens and serves {@code fake/1}. */
  public static TestServer ready() {
    return ready(Settings.DEFAULT);
  }

  /** A ready server with these settings. */
  public static TestServer ready(Settings settings) {
    TestServer server = listening(settings);
    server.serve().join();
    return server;
  }

  /** A ready server with these settings and telemetry. */
  public static TestServer ready(Settings settings, Telemetry telemetry) {
    TestServer server = listening(new TestServer(settings, telemetry));
    server.serve().join();
    return server;
  }

  /** A ready server with this protection. */
  public static TestServer ready(Protection protection) {
    TestServer server = listening(new TestServer(Settings.DEFAULT, protection));
    server.serve().join();
    return server;
  }

  /** A ready server with this protection and telemetry. */
  public static TestServer ready(Protection protection, Telemetry telemetry) {
    TestServer server = listening(new TestServer(Settings.DEFAULT, protection, telemetry));
    server.serve().join();
    return server;
  }

  /** A server that listens and serves nothing yet. */
  public static TestServer listening(Settings settings) {
    return listening(new TestServer(settings));
  }

  private static TestServer listening(TestServer server) {
    try {
      server.listen();
      return server;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public void listen() throws IOException, InterruptedException {
    port = server.listen();
  }

  /** Opens the gRPC endpoint on a free port. */
  public int listenGrpc() {
    return open(EndpointConfig.Kind.GRPC);
  }

  /** Opens another endpoint on a free port. */
  public int open(EndpointConfig.Kind kind) {
    try {
      return server.open(new EndpointConfig(kind, "127.0.0.1", 0));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Serves {@code fake/1}, and {@code other-model/3}, whose in-flight limit is one request, and
   * which has the label {@code stable}.
   *
   * @param others to be served too
   */
  public CompletableFuture<Void> serve(StoredModel... others) {
    List<StoredModel> models = new ArrayList<>(List.of(others));
    models.add(
        new StoredModel("fake", ModelSettings.DEFAULT, List.of(FakeLoader.source("fake", 1))));
    models.add(
        new StoredModel(
            "other-model",
            ModelSettings.of(Map.of("labels", "stable:3")),
            List.of(FakeLoader.source("other-model", 3, Map.of("job_queue_size", "1")))));
    return server.reconcile(models);
  }

  public FakeLoader loader() {
    return loader;
  }

  /** The default model. */
  public FakeModel model() {
    return loader.model("fake", 1);
  }

  public Server server() {
    return server;
  }

  public RequestLimiter requestLimiter() {
    return server.requestLimiter();
  }

  public int port() {
    return port;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A request to send; a GET unless the test makes it another. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  public HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(BodyPublishers.ofString(body)));
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

  /** Posts without waiting. */
  public CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return client.sendAsync(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** Opens a plain TCP connection. */
  public RawConnection connect() throws IOException {
    return new RawConnection(port);
  }

  /** Waits until this many requests are in flight. */
  public void awaitRequests(int requests) {
    Awaitility.await().until(() -> server.requestLimiter().requests() == requests);
  }

  /** Waits until this many requests are arriving. */
  public void awaitArriving(int requests) {
    Awaitility.await().until(() -> server.requestLimiter().arriving() == requests);
  }

  @Override
  public void close() {
    model().release(1000); // The stop would wait for held inference calls.
    try {
      server.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
