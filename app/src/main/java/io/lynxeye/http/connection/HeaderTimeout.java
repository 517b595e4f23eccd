package io.lynxeye.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that sends the headers of a request too slowly or not at all. Vert.x itself
 * only detects a connection on which nothing arrives. Part of the connection's Netty pipeline; used
 * on its event loop only.
 */
final class HeaderTimeout extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private final Duration limit;
  private final boolean bytesBeginRequests;
  private ScheduledFuture<?> timer;
  private int requests;

  private HeaderTimeout(Channel channel, Duration limit, boolean bytesBeginRequests) {
    this.channel = channel;
    this.limit = limit;
    this.bytesBeginRequests = bytesBeginRequests;
  }

  /** Installs the timeout in a new connection and starts it for the first request. */
  static HeaderTimeout of(HttpConnection connection, Duration limit) {
    Channel channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
    // In HTTP/2 not all bytes belong to a request: only the first one has a time limit.
    boolean bytesBeginRequests = connection.protocolVersion() != HttpVersion.HTTP_2;
    HeaderTimeout deadline = new HeaderTimeout(channel, limit, bytesBeginRequests);
    deadline.start();
    channel.pipeline().addFirst(deadline);
    return deadline;
  }

  private void start() {
    timer = channel.eventLoop().schedule(this::expired, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expired() {
    var unused = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (bytesBeginRequests && requests == 0 && timer == null) {
      start();
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    arrived();
    ctx.fireChannelInactive();
  }

  /** Called when the headers are complete. */
  void arrived() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** Called when a request begins to be handled: the next bytes are not headers. */
  void begins() {
    requests++;
  }

  /** Called when the response is sent: the next bytes begin a request. */
  void answered() {
    requests--;
  }
}
