package io.lynxeye.http.access;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.RequestIds;
import io.lynxeye.security.AuditEntry;
import io.lynxeye.security.AuditLog;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Records management calls in the audit log, when their response is sent. Mounted before the checks
 * of the caller, so that it also records what they refuse.
 */
public final class Audit implements Handler<RoutingContext> {

  /** Parameters that hold no secret; of an address, user and query are left out. */
  private static final Set<String> SHOWN =
      Set.of(
          "url",
          "model_name",
          "model_version",
          "sha256",
          "synchronous",
          "min_worker",
          "max_worker",
          "batch_size",
          "max_batch_delay",
          "job_queue_size",
          "engine",
          "device");

  private static final int MAX_LENGTH = 300;

  private final String port;
  private final AuditLog log;
  private final Predicate<RoutingContext> recorded;

  private Audit(String port, AuditLog log, Predicate<RoutingContext> recorded) {
    this.port = port;
    this.log = log;
    this.recorded = recorded;
  }

  /**
   * Mounts the handler on every route.
   *
   * @param port the name of the port in the log
   * @param recorded the requests to record, asked when the response is sent
   */
  public static void mount(
      Router router, String port, AuditLog log, Predicate<RoutingContext> recorded) {
    if (log != AuditLog.NONE) {
      router.route().handler(new Audit(port, log, recorded));
    }
  }

  @Override
  public void handle(RoutingContext ctx) {
    Instant time = Instant.now();
    ctx.addEndHandler(
        sent -> {
          if (recorded.test(ctx)) {
            log.record(entry(ctx, time, sent.succeeded() ? ctx.response().getStatusCode() : 0));
          }
        });
    ctx.next();
  }

  private AuditEntry entry(RoutingContext ctx, Instant time, int status) {
    HttpServerRequest request = ctx.request();
    Exchange exchange = Exchange.of(ctx);
    return new AuditEntry(
        time,
        RequestIds.of(ctx),
        port,
        request.remoteAddress() == null ? "" : String.valueOf(request.remoteAddress().host()),
        exchange.caller(),
        shortened(request.method() + " " + request.path()),
        parameters(ctx),
        status,
        AuditEntry.result(status));
  }

  private static Map<String, String> parameters(RoutingContext ctx) {
    Map<String, String> shown = new TreeMap<>(Exchange.of(ctx).bodyParameters());
    ctx.queryParams().forEach(one -> shown.putIfAbsent(one.getKey(), one.getValue()));
    shown.keySet().retainAll(SHOWN);
    shown.replaceAll((name, value) -> shortened(name.equals("url") ? address(value) : value));
    return shown;
  }

  /** An address without user, password, query and fragment, which may hold a secret. */
  static String address(String url) {
    return url.replaceFirst("[?#].*$", "").replaceFirst("^(\\w[\\w+.-]*:)?//[^/]*@", "$1//");
  }

  private static String shortened(String text) {
    return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
  }
}
