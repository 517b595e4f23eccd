package io.lynxeye.http;

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

/** What the scoring protocols share: the query parameters, the call, the raw output. */
final class Answers {

  private static final String TIME_LEFT = "x-request-timeout-ms";
  private static final String JSON = "application/json";

  private Answers() {}

  /**
   * Goes on if a picture would be taken in: who is refused need not send it first. What else is
   * wrong with the request is told when the body is there.
   */
  static void check(
      RoutingContext ctx, ScoringService scoring, Optional<String> model, VersionChoice version) {
    Exchange.of(ctx).notes().model(scoring.models().label(model, version));
    scoring.check(model, version, timeLeft(ctx));
    ctx.next();
  }

  /**
   * Scores a body's picture and answers, on the request's event loop. A client that has gone takes
   * its picture out of the queue.
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
   * Scores all pictures of a request as one unit of work, and answers, as {@link #score} does.
   *
   * @param shape the protocol's body; may put headers of its own
   */
  static void scoreAll(
      RoutingContext ctx,
      ScoringService scoring,
      ScoreRequest request,
      Shape<List<ScoreResult>> shape)
      throws InvalidInputException {
    int pictures = request.inputs().size();
    Exchange.of(ctx).notes().pictures(pictures);
    scoring.models().requireRoom(request);
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

  /** Makes a body of what was scored. */
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
              if (!answer.isCancelled()) { // Else the client has gone: nobody to tell.
                ctx.fail(failure);
              }
            });
  }

  /** An answer's body. */
  private record Body(String contentType, Buffer bytes) {}

  /** What is no scores is sent as the model made it, whatever the protocol. */
  private static Body body(ScoreResult result, Function<ScoreResult, Buffer> scores) {
    return result
        .content()
        .map(content -> new Body(content.contentType(), Buffer.buffer(content.body())))
        .orElseGet(() -> new Body(JSON, scores.apply(result)));
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

  /** As the request says; nothing when it does not. */
  static Optional<Duration> timeLeft(RoutingContext ctx) {
    String text = ctx.request().getHeader(TIME_LEFT);
    return text == null
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Parameters.number(TIME_LEFT, text, 1, Long.MAX_VALUE)));
  }

  /**
   * @param text a version number or a label; null = the newest
   * @throws HttpProblem 400 when it is neither
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
