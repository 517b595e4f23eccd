package io.lynxeye.http.connection;

import io.lynxeye.config.ConnectionLimits;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits the number of connections to a port. When there are too many, it closes the one that has
 * been idle longest, or else the one whose body has been arriving longest. A connection that waits
 * for a response is kept. Thread-safe.
 */
final class Connections {

  private final ConnectionLimits limits;
  private final Map<HttpConnection, Peer> peers = new ConcurrentHashMap<>();
  // Oldest first. Guarded by this.
  private final Set<Peer> waiting = new LinkedHashSet<>();
  private final Set<Peer> receiving = new LinkedHashSet<>();

  Connections(ConnectionLimits limits) {
    this.limits = limits;
  }

  /** A connection with its number of open requests, of which HTTP/2 can have several. */
  private static final class Peer {

    private final HttpConnection connection;
    private final HeaderTimeout head;
    private int requests;
    private int bodies;

    Peer(HttpConnection connection, HeaderTimeout head) {
      this.connection = connection;
      this.head = head;
    }
  }

  /** Called when a connection opens, on its event loop, before its first request. */
  void opened(HttpConnection connection) {
    Peer peer = new Peer(connection, HeaderTimeout.of(connection, limits.headTime()));
    peers.put(connection, peer);
    connection.closeHandler(closed -> closed(peer));
    HttpConnection leaving = evictFor(peer);
    if (leaving != null) {
      leaving.close();
    }
  }

  /** Called when the headers of a request are complete, on its event loop. */
  void arrived(HttpServerRequest request) {
    Peer peer = peers.get(request.connection());
    if (peer != null) {
      peer.head.arrived();
    }
  }

  /** Counts a request as open until its response is sent. */
  void count(RoutingContext ctx) {
    Peer peer = peers.get(ctx.request().connection());
    if (peer != null) {
      boolean hasBody = !ctx.request().isEnded();
      peer.head.begins();
      change(peer, 1, hasBody ? 1 : 0);
      if (hasBody) {
        ctx.request().end().onComplete(ended -> change(peer, 0, -1));
      }
      ctx.addEndHandler(
          answered -> {
            change(peer, -1, 0);
            peer.head.answered();
          });
    }
    ctx.next();
  }

  private synchronized HttpConnection evictFor(Peer newcomer) {
    waiting.add(newcomer);
    if (peers.size() <= limits.maxConnections()) {
      return null;
    }
    Iterator<Peer> expendable = (waiting.size() > 1 ? waiting : receiving).iterator();
    if (!expendable.hasNext()) {
      return newcomer.connection;
    }
    Peer leaving = expendable.next();
    expendable.remove(); // So that the next newcomer replaces another one.
    return leaving.connection;
  }

  private synchronized void change(Peer peer, int requests, int bodies) {
    peer.requests += requests;
    peer.bodies += bodies;
    waiting.remove(peer);
    receiving.remove(peer);
    if (!peers.containsKey(peer.connection)) {
      return; // It was closed in the meantime.
    }
    if (peer.requests == 0) {
      waiting.add(peer);
    } else if (peer.bodies > 0) {
      receiving.add(peer);
    }
  }

  private synchronized void closed(Peer peer) {
    peers.remove(peer.connection);
    waiting.remove(peer);
    receiving.remove(peer);
  }

  /** The number of open connections. */
  int size() {
    return peers.size();
  }
}
