package io.lynxeye.http.exchange;

import io.lynxeye.security.Caller;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.admission.KeyLimiter.KeyPermit;
import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The state of one request and its response, shared by the handlers of its route. It is the only
 * object that they keep on the {@link RoutingContext}. Used on the request's event loop only.
 */
public final class Exchange {

  private static final String KEY = Exchange.class.getName();
  private static final long NO_ERROR = 0;

  private final RoutingContext ctx;
  private final RequestContext context;
  private RequestPermit permit;
  private Supplier<Permit> expectation = () -> () -> {};
  private Optional<Permit> expected = Optional.empty();
  private String turn = "";
  private Optional<Duration> maxWait = Optional.empty();
  private Duration waited = Duration.ZERO;
  private long heldBackNanos;
  private boolean isHeldBack;
  private byte[] body;
  private boolean isContinued;
  private long bodyStartNanos = System.nanoTime();
  private Optional<Caller> caller = Optional.empty();
  private Optional<KeyPermit> keyPermit = Optional.empty();
  private final Map<String, String> bodyParameters = new HashMap<>();

  private Exchange(RoutingContext ctx, RequestContext context) {
    this.ctx = ctx;
    this.context = context;
  }

  /** Attaches a new exchange to a request. */
  static void begin(RoutingContext ctx, RequestContext context) {
    ctx.put(KEY, new Exchange(ctx, context));
  }

  /** Whether {@link #begin} was called for this request. */
  static boolean hasBegun(RoutingContext ctx) {
    return ctx.get(KEY) != null;
  }

  public static Exchange of(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  /** What metrics, logs and traces record of this request. */
  public RequestContext context() {
    return context;
  }

  /** Stores who calls. */
  public void caller(Caller known) {
    caller = Optional.of(known);
    context.key(known.name());
  }

  /** Who calls; empty if it is not known, or if no key is needed. */
  public Optional<Caller> caller() {
    return caller;
  }

  /** Where the request comes from. */
  public Origin origin() {
    return new Origin(
        RequestIds.of(ctx),
        caller.map(Caller::name),
        name -> Optional.ofNullable(ctx.request().getHeader(name)));
  }

  /** Whether the caller has a key that may not manage. */
  public boolean mayOnlyScore() {
    return caller.filter(known -> !known.isAdministrator()).isPresent();
  }

  /**
   * Counts a scoring request among those of the caller's key, until its end.
   *
   * @throws RejectedException {@code KEY_LIMIT} when the key has used up what it may use
   */
  public void limit(KeyLimiter limiter) {
    keyPermit = caller.map(known -> limiter.acquire(known.name(), known.limits()));
    keyPermit.ifPresent(mine -> ctx.addEndHandler(done -> mine.close()));
  }

  /** Sets the number of images to score. */
  public void images(int count) {
    context.images(count);
    keyPermit.ifPresent(mine -> mine.images(count));
  }

  /** Stores a parameter that the body has. */
  void bodyParameter(String name, String value) {
    bodyParameters.put(name, value);
  }

  /** The parameters that the body had, so far as they were read. */
  public Map<String, String> bodyParameters() {
    return Map.copyOf(bodyParameters);
  }

  /** Stores the permit under which the body is read. It is closed with the response. */
  public void permit(RequestPermit acquired) {
    permit = acquired;
    ctx.addEndHandler(done -> acquired.close());
  }

  /**
   * Says what becomes of the request while the server has no memory to read its body.
   *
   * @param model whose turn it takes
   * @param atMost how long it may wait
   * @param expects counts it among those that wait for the model, until it is scored
   */
  public void waitsAs(String model, Duration atMost, Supplier<Permit> expects) {
    turn = model;
    maxWait = Optional.of(atMost);
    expectation = expects;
  }

  /** The model whose turn the body takes; empty if the request is for none. */
  public String turn() {
    return turn;
  }

  /** The body waits for memory, and the client is not slow for that. */
  public void holdBack() {
    isHeldBack = true;
    heldBackNanos = System.nanoTime();
    if (expected.isEmpty()) {
      Permit counted = expectation.get();
      expected = Optional.of(counted);
      ctx.addEndHandler(done -> counted.close());
    }
  }

  /** The body is being read. */
  public void readOn() {
    isHeldBack = false;
    bodyStartNanos = System.nanoTime();
    waited = waited.plusNanos(bodyStartNanos - heldBackNanos);
  }

  /** How long the body has waited for memory. */
  public Duration waited() {
    return waited;
  }

  /**
   * How long the body may still wait for memory.
   *
   * @param standard the limit of requests that are not scored
   */
  public Duration waitLeft(Duration standard) {
    return maxWait.orElse(standard).minus(waited);
  }

  /** Since when the client could send the body: not before there is memory for it. */
  public long bodyStartNanos() {
    return isHeldBack ? System.nanoTime() : bodyStartNanos;
  }

  /**
   * Gives back the place among those that wait for the model. To be called just before the request
   * is admitted, which then takes that place: until then, no later request gets it.
   */
  public void givePlaceBack() {
    expected.ifPresent(Permit::close);
    expected = Optional.empty();
  }

  /**
   * Extends the permit to all images of a request, and to the bytes of its tensors, which can be
   * larger than their text was.
   *
   * @throws RejectedException {@code TOO_BUSY}
   */
  public void claim(ScoreRequest request) {
    permit.admit(request.inputs().size());
    permit.hold(
        request.inputs().stream()
            .filter(ModelInput.Tensors.class::isInstance)
            .flatMap(input -> ((ModelInput.Tensors) input).all().stream())
            .mapToLong(tensor -> tensor.data().remaining())
            .sum());
  }

  /**
   * The response goes out at the client's pace: from now on, only its bytes count.
   *
   * @param bytes of the results that it is made from
   * @throws RejectedException {@code TOO_BUSY} when responses take too much memory
   */
  public void answered(long bytes) {
    permit.answered(bytes);
  }

  /** Stores the complete body. */
  public void body(byte[] complete) {
    body = complete;
  }

  /** Returns the body and forgets it, so that it is in memory no longer than needed. */
  public byte[] takeBody() {
    byte[] taken = body;
    body = null;
    return taken;
  }

  /** Asks the client for the body if it waits for a {@code 100 Continue}. */
  public void continueBody() {
    if (expectsContinue()) {
      isContinued = true;
      ctx.response().writeContinue();
    }
  }

  /**
   * Whether the client still waits for a {@code 100 Continue}. The connection is unusable then: its
   * next bytes may be this body or another request.
   */
  boolean isBodyWithheld() {
    return expectsContinue() && !isContinued;
  }

  private boolean expectsContinue() {
    return "100-continue".equalsIgnoreCase(ctx.request().getHeader("Expect"));
  }

  /** Handles the result of an asynchronous step. */
  public interface Next<T> {
    void accept(T result) throws InvalidInputException;
  }

  /** Continues after an asynchronous step, unless the client has disconnected. */
  public <T> void after(Future<T> step, Next<T> next) {
    step.onComplete(
        result -> {
          try {
            if (!ctx.response().closed()) {
              next.accept(result);
            }
          } catch (InvalidInputException | RuntimeException | Error e) {
            ctx.fail(e);
          }
        },
        ctx::fail);
  }

  /** Continues after another thread has completed a step, as with a {@link Future}. */
  public <T> void after(CompletionStage<T> step, Next<T> next) {
    after(Future.fromCompletionStage(step, Vertx.currentContext()), next);
  }

  /** Stops receiving this request: closes its connection or, in HTTP/2, only its stream. */
  public void disconnect() {
    HttpServerRequest request = ctx.request();
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(NO_ERROR);
    } else {
      request.connection().close();
    }
  }
}
