package io.lynxeye.http.scoring;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.http.exchange.Requests;
import io.lynxeye.http.json.JsonPieces;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Routes and handlers that the scoring protocols share, and their query parameters. Bodies with
 * several images are parsed on worker threads, one per core: megabytes of JSON or base64 on an
 * event loop would block all of its other connections.
 */
public final class ScoringHandlers {

  private static final String TIME_LEFT = "x-request-timeout-ms";

  private final ScoringService scoring;
  private final BodyReader bodies;
  private final KeyLimiter limiter;
  private final WorkerExecutor threads;
  private final long maxJson;

  /**
   * The model that a request is for.
   *
   * @param model its name; empty = the default model
   */
  public record Target(Optional<String> model, VersionChoice version) {

    /**
     * Reads a target from a request.
     *
     * @param model a name; null = the default model
     * @param version a number or a label; null = the newest
     * @throws HttpException 400 when the version is neither a number nor a label
     */
    public static Target of(String model, String version) {
      try {
        return new Target(
            Optional.ofNullable(model),
            version == null ? VersionChoice.newest() : VersionChoice.parse(version));
      } catch (IllegalArgumentException e) {
        throw HttpException.badRequest("version=" + Excerpt.of(version) + " " + e.getMessage());
      }
    }

    /**
     * The same model, in the version that the request's header names if the address names none.
     *
     * @throws HttpException 400 when they contradict each other
     */
    Target chosenBy(RoutingContext ctx) {
      try {
        return new Target(model, Exchange.of(ctx).origin().choose(version));
      } catch (IllegalArgumentException e) {
        throw HttpException.badRequest(e.getMessage());
      }
    }
  }

  /** Makes a response body from results. */
  public interface Shape<T> {

    /**
     * Makes the body.
     *
     * @param maxJson most elements that may be written as JSON
     */
    ScoredBody of(T scored, long maxJson) throws InvalidInputException;
  }

  /**
   * A parsed body.
   *
   * @param inputs one per image
   * @param timeLeft the time limit in the body, if there is one
   * @param shape makes the response body
   */
  public record Parsed(
      List<ModelInput> inputs, Optional<Duration> timeLeft, Shape<List<ScoreResult>> shape) {}

  /** Parses a body for a model. */
  public interface Parser {
    Parsed parse(byte[] body, ModelDescription model) throws InvalidInputException;
  }

  /**
   * Creates the handlers.
   *
   * @param limiter limits what each key uses
   * @param maxJson most elements of tensors in a response in JSON
   */
  public ScoringHandlers(
      Vertx vertx, ScoringService scoring, BodyReader bodies, KeyLimiter limiter, long maxJson) {
    this.limiter = limiter;
    this.scoring = scoring;
    this.maxJson = maxJson;
    this.bodies = bodies;
    this.threads =
        vertx.createSharedWorkerExecutor("parse", Runtime.getRuntime().availableProcessors());
  }

  /**
   * Mounts the handlers of a scoring route. A request is passed on to its body only if an image
   * would be admitted, so that a rejected client need not upload it. Other errors are reported once
   * the body is there.
   *
   * @param routes creates routes of one path
   * @param target finds the model in a request
   * @param scorer is called when the body is complete
   */
  public void mount(
      Supplier<Route> routes,
      String protocol,
      Function<RoutingContext, Target> target,
      BiConsumer<RoutingContext, Target> scorer,
      Handler<RoutingContext> failureHandler) {
    Requests.scoring(routes.get(), protocol);
    routes
        .get()
        .handler(Methods.POST)
        .handler(ctx -> check(ctx, target.apply(ctx).chosenBy(ctx)))
        .handler(bodies)
        .handler(ctx -> scorer.accept(ctx, target.apply(ctx).chosenBy(ctx)))
        .failureHandler(failureHandler);
  }

  private void check(RoutingContext ctx, Target target) {
    Exchange exchange = Exchange.of(ctx);
    ModelLabel model = scoring.models().label(target.model(), target.version());
    exchange.context().model(model);
    exchange.limit(limiter);
    scoring.check(target.model(), target.version(), timeLeft(ctx));
    exchange.waitsAs(
        model.name(),
        scoring.maxWait(timeLeft(ctx)),
        () -> scoring.expect(target.model(), target.version()));
    ctx.next();
  }

  public ModelDescription describe(Target target) {
    return scoring.models().describe(target.model(), target.version());
  }

  /**
   * Scores the image in the body and responds, on the request's event loop. When the client
   * disconnects, its image is removed from the queue.
   *
   * @param shape the protocol's JSON for a result, unless the request asks for all probabilities
   */
  public void score(RoutingContext ctx, Target target, Function<ScoreResult, Buffer> shape) {
    Function<ScoreResult, Buffer> scores = isRaw(ctx) ? ScoreJson::probabilities : shape;
    Exchange exchange = Exchange.of(ctx);
    exchange.images(1);
    ScoreRequest request =
        new ScoreRequest(
                target.model(), target.version(), ImageBody.of(ctx), topK(ctx), timeLeft(ctx))
            .after(exchange.waited());
    exchange.givePlaceBack();
    send(
        ctx,
        scoring.score(request),
        ScoreResult::bytes,
        (result, maxJson) -> {
          name(ctx, result);
          exchange.context().scored(request.inputs().get(0), result);
          if (result.output() instanceof ModelOutput.Content made) { // Sent as it was made.
            return new ScoredBody(
                made.contentType(), Map.of(), List.of(Buffer.buffer(made.body())).iterator());
          }
          Optional<Iterator<String>> json = result.json(maxJson);
          return ScoredBody.json(
              json.isPresent()
                  ? JsonPieces.of(json.get())
                  : List.of(scores.apply(result)).iterator());
        });
  }

  /** Parses the body, scores all of its images as one unit and responds, like {@link #score}. */
  public void scoreAll(RoutingContext ctx, Target target, Parser parser) {
    Exchange exchange = Exchange.of(ctx);
    byte[] body = exchange.takeBody();
    exchange.after(
        threads.executeBlocking(
            () ->
                scoring.read(target.model(), target.version(), model -> parser.parse(body, model)),
            false),
        read -> scoreAll(ctx, new Target(target.model(), read.version()), read.value()));
  }

  private void scoreAll(RoutingContext ctx, Target target, Parsed parsed)
      throws InvalidInputException {
    Exchange exchange = Exchange.of(ctx);
    List<ModelInput> inputs = parsed.inputs;
    ScoreRequest request =
        new ScoreRequest(
                target.model(),
                target.version(),
                inputs,
                OptionalInt.empty(),
                Stream.of(timeLeft(ctx), parsed.timeLeft)
                    .flatMap(Optional::stream)
                    .min(Duration::compareTo))
            .after(exchange.waited());
    Shape<List<ScoreResult>> shape = parsed.shape;
    exchange.images(inputs.size());
    scoring.models().requireCapacity(request);
    exchange.claim(request);
    exchange.givePlaceBack();
    send(
        ctx,
        scoring.scoreAll(request),
        results -> results.stream().mapToLong(ScoreResult::bytes).sum(),
        (results, maxJson) -> {
          name(ctx, results.get(0));
          for (int i = 0; i < inputs.size(); i++) {
            exchange.context().scored(inputs.get(i), results.get(i));
          }
          return shape.of(results, maxJson);
        });
  }

  /**
   * @param bytes of a result, in memory until its response is sent
   */
  private <T> void send(
      RoutingContext ctx, CompletableFuture<T> answer, ToLongFunction<T> bytes, Shape<T> shape) {
    ctx.addEndHandler(ended -> answer.cancel(false));
    Future.fromCompletionStage(answer, Vertx.currentContext())
        .onComplete(
            scored -> {
              try {
                PieceWriter.write(
                    ctx,
                    shape.of(scored, maxJson),
                    () -> Exchange.of(ctx).answered(bytes.applyAsLong(scored)));
              } catch (InvalidInputException | RuntimeException | Error e) {
                ctx.fail(e);
              }
            },
            failure -> {
              if (!answer.isCancelled()) { // Otherwise the client has disconnected.
                ctx.fail(failure);
              }
            });
  }

  /** The response names the version, which the client may not have chosen. */
  private static void name(RoutingContext ctx, ScoreResult result) {
    ctx.response().putHeader(Origin.VERSION_HEADER, result.model().id().version().toString());
  }

  private static boolean isRaw(RoutingContext ctx) {
    String output = ctx.queryParams().get("output");
    if (output == null) {
      return false;
    }
    if (output.equals("probabilities")) {
      return true;
    }
    throw HttpException.badRequest(
        "output=" + Excerpt.of(output) + " is not known; use output=probabilities or leave it out");
  }

  private static OptionalInt topK(RoutingContext ctx) {
    String text = ctx.queryParams().get("topK");
    return text == null ? OptionalInt.empty() : OptionalInt.of(Parameters.positive("topK", text));
  }

  /** The time limit that the client sets; empty if it sets none. */
  private static Optional<Duration> timeLeft(RoutingContext ctx) {
    return Optional.ofNullable(ctx.request().getHeader(TIME_LEFT))
        .map(text -> Parameters.number(TIME_LEFT, text, 1, Long.MAX_VALUE))
        .map(Duration::ofMillis);
  }
}
