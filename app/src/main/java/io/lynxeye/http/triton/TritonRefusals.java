package io.lynxeye.http.triton;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.serving.repository.Unsupported;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Refuses, with the reason, what Triton's clients can ask for and this port does not do. */
final class TritonRefusals {

  private static final Map<Unsupported, Pattern> PATHS =
      Map.of(
          Unsupported.SHARED_MEMORY,
          Pattern.compile("/v2/(system|cuda)sharedmemory(/.*)?"),
          Unsupported.TRACE_SETTINGS,
          Pattern.compile("/v2/(models/[^/]+/)?trace/setting"),
          Unsupported.LOG_SETTINGS,
          Pattern.compile("/v2/logging"),
          Unsupported.CHANGES,
          Pattern.compile("/v2/repository/([^/]+/)?models/[^/]+/(load|unload)"));

  private TritonRefusals() {}

  /** These would change models or settings of the server. */
  private static final Set<Unsupported> FOR_ADMINISTRATORS =
      EnumSet.of(Unsupported.CHANGES, Unsupported.TRACE_SETTINGS, Unsupported.LOG_SETTINGS);

  /** Passes on a request for anything else. */
  static void refuse(RoutingContext ctx) {
    find(ctx.normalizedPath())
        .ifPresentOrElse(
            unsupported -> {
              boolean isForbidden =
                  unsupported == Unsupported.CHANGES
                      || (FOR_ADMINISTRATORS.contains(unsupported)
                          && Exchange.of(ctx).mayOnlyScore());
              throw isForbidden
                  ? HttpException.forbidden(unsupported.message())
                  : HttpException.badRequest(unsupported.message());
            },
            ctx::next);
  }

  static boolean isForAdministrators(String path) {
    return find(path).filter(FOR_ADMINISTRATORS::contains).isPresent();
  }

  private static Optional<Unsupported> find(String path) {
    return PATHS.entrySet().stream()
        .filter(entry -> entry.getValue().matcher(path).matches())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
