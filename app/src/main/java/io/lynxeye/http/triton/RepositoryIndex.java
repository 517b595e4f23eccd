package io.lynxeye.http.triton;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.serving.repository.ModelIndexRow;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code POST /v2/repository/index}, the same on the scoring and on the management port. */
public final class RepositoryIndex {

  /** Lists the versions. */
  public interface Source {
    /** Returns the rows; if {@code onlyReady}, without those that cannot score. */
    List<ModelIndexRow> rows(boolean onlyReady);
  }

  private RepositoryIndex() {}

  public static void mount(Router router, BodyReader bodies, Source source) {
    router
        .route("/v2/repository/index")
        .handler(Methods.POST)
        .handler(bodies)
        .handler(ctx -> send(ctx, source))
        .failureHandler(ErrorHandler::error);
  }

  private static void send(RoutingContext ctx, Source source) {
    Object ready = Parameters.body(ctx).getValue("ready", false);
    if (!(ready instanceof Boolean onlyReady)) {
      throw HttpException.badRequest("Invalid value for 'ready': expected a boolean");
    }
    JsonArray rows = new JsonArray();
    source.rows(onlyReady).forEach(row -> rows.add(json(row)));
    Answer.json(ctx, rows);
  }

  private static JsonObject json(ModelIndexRow row) {
    return new JsonObject()
        .put("name", row.name())
        .put("version", row.version())
        .put("state", row.state())
        .put("reason", row.reason());
  }
}
