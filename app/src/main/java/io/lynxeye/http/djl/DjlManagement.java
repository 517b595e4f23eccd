package io.lynxeye.http.djl;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.management.PendingRegistration;
import io.lynxeye.serving.management.Registration;
import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /models}, as in DJL Serving: list, describe, register, scale and unregister models. */
public final class DjlManagement {

  private static final Logger log = LoggerFactory.getLogger(DjlManagement.class);
  private static final int MAX_LIMIT = 100;
  private static final Methods ALL = new Methods(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST);
  private static final Methods ONE =
      new Methods(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE);

  private final ModelAdministration administration;
  private final BodyReader bodies;

  public DjlManagement(ModelAdministration administration, BodyReader bodies) {
    this.administration = administration;
    this.bodies = bodies;
  }

  public void mount(Router router) {
    Route all = router.route("/models").handler(ALL).handler(bodies);
    all.handler(ctx -> list(ctx, ctx.request().method())).failureHandler(ErrorHandler::djl);
    for (String path : List.of("/models/:model", "/models/:model/:version")) {
      Route one = router.route(path).handler(ONE).handler(bodies);
      one.handler(ctx -> one(ctx, ctx.request().method())).failureHandler(ErrorHandler::djl);
    }
  }

  private void list(RoutingContext ctx, HttpMethod method) {
    if (method.equals(HttpMethod.POST)) {
      register(ctx);
      return;
    }
    Parameters parameters = Parameters.query(ctx);
    int limit = parameters.count("limit").orElse(MAX_LIMIT);
    if (limit == 0) {
      throw HttpException.badRequest("limit=0 would list nothing; use 1 to " + MAX_LIMIT);
    }
    int first = parameters.count("next_page_token").orElse(0);
    send(ctx, 200, DjlModels.page(administration.models(), first, Math.min(limit, MAX_LIMIT)));
  }

  private void one(RoutingContext ctx, HttpMethod method) {
    String model = ctx.pathParam("model");
    if (method.equals(HttpMethod.PUT)) {
      scale(ctx, model, number(ctx.pathParam("version")));
    } else if (method.equals(HttpMethod.DELETE)) {
      unregister(ctx, model, number(ctx.pathParam("version")));
    } else {
      describe(ctx, model, Optional.ofNullable(ctx.pathParam("version")));
    }
  }

  /** Describes versions by number or by label, or all versions of a model. */
  private void describe(RoutingContext ctx, String model, Optional<String> version) {
    JsonArray workflows = new JsonArray();
    for (VersionView view : administration.versions(model)) {
      if (version.isEmpty()
          || view.aliases().contains(version.get())
          || version
              .flatMap(VersionNumber::find)
              .filter(n -> view.isVersion(n.value()))
              .isPresent()) {
        workflows.add(DjlModels.workflow(view));
      }
    }
    if (workflows.isEmpty()) {
      String what = model + version.map(text -> "/" + text).orElse("");
      throw HttpException.modelNotFound("Workflow not found: " + Excerpt.of(what));
    }
    send(ctx, 200, workflows);
  }

  private void register(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    boolean synchronous = parameters.isTrue("synchronous", true);
    Registration registration = DjlRegistration.read(parameters, synchronous);
    PendingRegistration registering = administration.register(registration);
    String model = "Model \"" + registration.id().name() + "\" ";
    if (synchronous) {
      Exchange.of(ctx).after(registering.done(), ok -> status(ctx, 200, model + "registered."));
    } else {
      Exchange.of(ctx)
          .after(registering.accepted(), ok -> status(ctx, 202, model + "registration scheduled."));
    }
  }

  private void scale(RoutingContext ctx, String model, OptionalLong version) {
    Parameters parameters = Parameters.query(ctx);
    int workers =
        DjlRegistration.workers(parameters)
            .orElseThrow(
                () ->
                    HttpException.badRequest(
                        "min_worker and max_worker are missing; set one of them or both"));
    CompletableFuture<Void> scaled = administration.scale(model, version, workers);
    if (parameters.isTrue("synchronous", true)) {
      String done =
          "Workflow \"%s\" worker scaled. New Worker configuration min workers:%d max workers:%d"
              .formatted(model, workers, workers);
      Exchange.of(ctx).after(scaled, ok -> status(ctx, 200, done));
    } else if (scaled.isCompletedExceptionally()) {
      Exchange.of(ctx).after(scaled, ok -> {});
    } else {
      status(ctx, 202, "Worker updated");
      var unused = scaled.whenComplete((ok, failure) -> warn(model, workers, failure));
    }
  }

  /** Logs the failure of an asynchronous request, which has its response already. */
  private static void warn(String model, int workers, Throwable failure) {
    if (failure != null) {
      log.warn("{} could not be scaled to {} workers", Excerpt.of(model), workers, failure);
    }
  }

  private void unregister(RoutingContext ctx, String model, OptionalLong version) {
    Exchange.of(ctx)
        .after(
            administration.unregister(model, version),
            ok -> status(ctx, 200, "Model or workflow \"" + model + "\" unregistered"));
  }

  /**
   * @throws HttpException 400 when it is not a version number
   */
  private static OptionalLong number(String version) {
    return version == null
        ? OptionalLong.empty()
        : OptionalLong.of(DjlRegistration.version("version", version).value());
  }

  private static void status(RoutingContext ctx, int status, String text) {
    send(ctx, status, new JsonObject().put("status", text));
  }

  private static void send(RoutingContext ctx, int status, Object json) {
    Answer.text(ctx, status, Answer.JSON, Json.encodePrettily(json) + "\n");
  }
}
