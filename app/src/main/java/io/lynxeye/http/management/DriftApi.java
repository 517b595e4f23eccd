package io.lynxeye.http.management;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.management.ModelAdministration;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** {@code /models/{model}/drift}: how far a model's answers are from their baseline. */
final class DriftApi {

  private static final String PATH = "/models/:model/drift";

  private final ModelAdministration administration;
  private final BodyReader bodies;

  DriftApi(ModelAdministration administration, BodyReader bodies) {
    this.administration = administration;
    this.bodies = bodies;
  }

  /** Mounts the routes; before those of DJL, for which {@code drift} would be a version. */
  void mount(Router router) {
    mount(router, PATH, Methods.GET, administration::drift);
    mount(
        router, PATH + "/baseline", new Methods(HttpMethod.DELETE), administration::forgetBaseline);
  }

  private void mount(
      Router router,
      String path,
      Methods methods,
      Function<String, CompletableFuture<Map<String, Object>>> call) {
    router
        .route(path)
        .handler(methods)
        .handler(bodies)
        .handler(ctx -> RolloutApi.send(ctx, call.apply(ctx.pathParam("model"))))
        .failureHandler(ErrorHandler::djl);
  }
}
