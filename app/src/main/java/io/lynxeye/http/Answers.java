package io.lynxeye.http;

import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoreRequest;
import io.lynxeye.scoring.ScoreResult;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Handlers that the scoring protocols share, and their query parameters. */
final class Answers {

  private static final String TIME_LEFT = "x-request-timeout-ms";
  private static final String JSON = "application/json";

  private Answers() {}

  /**
   * Passes a request on if an image would be admitted, so that a rejected client need not upload
   * it. Other errors are reported once the body is there.
   */
  static void check(
      RoutingContext ctx, ScoringService scoring, Optional<String> model, VersionChoice version) {
    Exchange.of(ctx).notes().model(scoring.models().label(model, version));
    scoring.check(model, version, timeLeft(ctx));
    ctx.next();
  }

  /**
   * Scores the image in the body and responds, on the request's event loop. When the client
   * disconnects, its image is removed from the queue.
   *
   * @param shape the protocol's JSON for a result, unless the request asks for all probabilities
   */
  static void score(
      RoutingContext ctx,
      ScoringService scoring,
      Optional<String> model,
      VersionChoice version,
      Function<ScoreResult, Buffer> shape) {
    Function<ScoreResult, Buffer> scores = isRaw(ctx) ? ScoreJson::probabilities : shape;
    Exchange.of(ctx).notes().pictures(1);
    ScoreRequest request =
        new ScoreRequest(model, version, PictureBody.of(ctx), topK(ctx), timeLeft(ctx));
    send(
        ctx,
        scoring.score(request),
        result -> {
          Exchange.of(ctx).notes().scored(request.inputs().get(0), result);
          Body body = body(result, scores);
          ctx.response().putHeader("Content-Type", body.contentType());
          return body.bytes();
        });
  }

  /**
   * Scores all images of a request as one unit and responds, like {@link #score}.
   *
   * @param shape the protocol's body; may set headers of its own
   */
  static void scoreAll(
      RoutingContext ctx,
      ScoringService scoring,
      ScoreRequest request,
      Shape<List<ScoreResult>> shape)
      throws InvalidInputException {
    int pictures = request.inputs().size();
    Exchange.of(ctx).notes().pictures(pictures);
    scoring.models().requireCapacity(request);
    Exchange.of(ctx).claim(request);
    send(
        ctx,
        scoring.scoreAll(request),
        results -> {
          for (int i = 0; i < pictures; i++) {
            Exchange.of(ctx).notes().scored(request.inputs().get(i), results.get(i));
          }
          ctx.response().putHeader("Content-Type", JSON);
          return shape.of(results);
        });
  }

  /** Makes a response body from results. */
  interface Shape<T> {
    Buffer of(T scored) throws InvalidInputException;
  }

  private static <T> void send(RoutingContext ctx, CompletableFuture<T> answer, Shape<T> shape) {
    ctx.addEndHandler(ended -> answer.cancel(false));
    Future.fromCompletionStage(answer, Vertx.currentContext())
        .onComplete(
            scored -> {
              try {
                ctx.response().end(shape.of(scored));
              } catch (InvalidInputException | RuntimeException | OutOfMemoryError e) {
                ctx.fail(e);
              }
            },
            failure -> {
              if (!answer.isCancelled()) { // Otherwise the client has disconnected.
                ctx.fail(failure);
              }
            });
  }

  private static boolean isRaw(RoutingContext ctx) {
    String output = ctx.queryParams().get("output");
    if (output == null) {
      return false;
    }
    if (output.equals("probabilities")) {
      return true;
    }
    throw HttpProblem.badRequest(
        "output="
            + Parameters.printable(output)
            + " is not known; use output=probabilities or leave it out");
  }

  private static OptionalInt topK(RoutingContext ctx) {
    String text = ctx.queryParams().get("topK");
    return text == null ? OptionalInt.empty() : OptionalInt.of(Parameters.positive("topK", text));
  }

  /** The time limit that the client sets; empty if it sets none. */
  static Optional<Duration> timeLeft(RoutingContext ctx) {
    String text = ctx.request().getHeader(TIME_LEFT);
    return text == null
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Parameters.number(TIME_LEFT, text, 1, Long.MAX_VALUE)));
  }

  /**
   * Parses a version.
   *
   * @param text a version number or a label; null = the newest
   * @throws HttpProblem 400 if it is neither
   */
  static VersionChoice version(String text) {
    if (text == null) {
      return VersionChoice.newest();
    }
    try {
      return VersionChoice.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest("version=" + Parameters.printable(text) + " " + e.getMessage());
    }
  }
}
