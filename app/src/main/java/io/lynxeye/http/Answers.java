package io.lynxeye.http;

import io.lynxeye.scoring.ScoreRequest;
import io.lynxeye.scoring.ScoreResult;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What the scoring protocols share: the query parameters, the call, the raw output. */
final class Answers {

  private static final String JSON = "application/json";

  private Answers() {}

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
      OptionalInt version,
      Function<ScoreResult, String> shape) {
    Function<ScoreResult, String> output = isRaw(ctx) ? Answers::probabilities : shape;
    ScoreRequest request = new ScoreRequest(model, version, PictureBody.of(ctx), topK(ctx));
    CompletableFuture<ScoreResult> answer = scoring.score(request);
    ctx.addEndHandler(ended -> answer.cancel(false));
    Future.fromCompletionStage(answer, Vertx.currentContext())
        .map(output)
        .onComplete(
            json -> ctx.response().putHeader("Content-Type", JSON).end(json),
            failure -> {
              if (!answer.isCancelled()) { // Else the client has gone: nobody to tell.
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
        "output=" + printable(output) + " is not known; use output=probabilities or leave it out");
  }

  private static OptionalInt topK(RoutingContext ctx) {
    String text = ctx.queryParams().get("topK");
    return text == null ? OptionalInt.empty() : OptionalInt.of(positive("topK", text));
  }

  /**
   * @throws HttpProblem 400 when the text is no positive integer
   */
  static int positive(String name, String text) {
    try {
      int value = Integer.parseInt(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like zero.
    }
    throw HttpProblem.badRequest(name + "=" + printable(text) + " is not a positive integer");
  }

  /** The original service's answer: one row of one number per class. */
  private static String probabilities(ScoreResult result) {
    JsonArray row = new JsonArray();
    for (float score : result.scores()) {
      row.add(score);
    }
    return new JsonArray().add(row).encode();
  }

  private static String printable(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
