package io.lynxeye.http.access;

import io.lynxeye.http.exchange.HttpException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Protects the management port from web pages. A browser on the operator's machine can reach it and
 * would send there what any page asks for. Such requests have an {@code Origin} of another host,
 * or, if the page's host name was pointed at this machine (DNS rebinding), that name in {@code
 * Host}.
 */
public final class AdministratorsOnly implements Handler<RoutingContext> {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean isLoopback;
  private final Set<String> hosts = new HashSet<>(LOOPBACK);

  /**
   * @param boundTo the address that the port listens on
   */
  public AdministratorsOnly(String boundTo) {
    this.isLoopback = isLoopback(boundTo);
    hosts.add(inAddress(boundTo));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // Opening the port will fail and report it.
    }
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    String host = text(host(request));
    String origin = request.getHeader("Origin");
    if (isLoopback && !hosts.contains(withoutPort(host))) {
      ctx.fail(
          HttpException.forbidden(
              "this port is for this machine only; call it as localhost or by the address it listens on"));
    } else if (origin != null && !isSame(origin, host)) {
      ctx.fail(
          HttpException.forbidden(
              "web pages of other origins may not call this port; use curl or ./lynxeye models"));
    } else {
      ctx.next();
    }
  }

  /** Returns an address in the form of the {@code Host} header: IPv6 in brackets. */
  private static String inAddress(String host) {
    String text = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return text.toLowerCase(Locale.ROOT);
  }

  /** Returns the host; HTTP/2 sends it as the authority. */
  private static String host(HttpServerRequest request) {
    String header = request.getHeader("Host");
    HostAndPort authority = header == null ? request.authority() : null;
    return authority == null ? header : authority.toString();
  }

  private static String text(String header) {
    return header == null ? "" : header.toLowerCase(Locale.ROOT);
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":[0-9]*$", "");
  }

  private static boolean isSame(String origin, String host) {
    try {
      String authority = URI.create(origin.toLowerCase(Locale.ROOT)).getRawAuthority();
      return host.equals(authority);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
