package io.lynxeye.http;

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
 * Closes a connection that sends the headers of a request too slowly, or never. Vert.x only knows
 * when nothing at all arrives. Lives in the connection's pipeline, on its event loop alone.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private final Duration limit;
  private final boolean knowsBytes;
  private ScheduledFuture<?> timer;
  private int requests;

  private HeadDeadline(Channel channel, Duration limit, boolean knowsBytes) {
    this.channel = channel;
    this.limit = limit;
    this.knowsBytes = knowsBytes;
  }

  /** Of a connection that has just been opened: its first request is due. */
  static HeadDeadline of(HttpConnection connection, Duration limit) {
    Channel channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
    // In HTTP/2 bytes need not belong to a request: only the first is due.
    boolean knowsBytes = connection.protocolVersion() != HttpVersion.HTTP_2;
    HeadDeadline deadline = new HeadDeadline(channel, limit, knowsBytes);
    deadline.start();
    channel.pipeline().addFirst(deadline);
    return deadline;
  }

  private void start() {
    timer = channel.eventLoop().schedule(this::passed, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void passed() {
    var unused = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (knowsBytes && requests == 0 && timer == null) {
      start();
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    arrived();
    ctx.fireChannelInactive();
  }

  /** The headers are there. */
  void arrived() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** What arrives from now on is no headers. */
  void begins() {
    requests++;
  }

  /** The next bytes begin a request. */
  void answered() {
    requests--;
  }
}
