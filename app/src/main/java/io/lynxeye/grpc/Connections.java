package io.lynxeye.grpc;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of the port, and their event loops. A connection over the limit is closed as soon
 * as it is accepted: gRPC reports a connection only after its client has sent something, and silent
 * connections are the ones to limit.
 */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final EventLoopGroup acceptor = loops(1, "grpc-accept");
  private final EventLoopGroup loops = loops(Runtime.getRuntime().availableProcessors(), "grpc-io");

  /**
   * Opens event loops, which need file descriptors until {@link #close}.
   *
   * @param most connections at once
   */
  Connections(int most) {
    this.most = most;
  }

  private static EventLoopGroup loops(int number, String name) {
    return new MultiThreadIoEventLoopGroup(
        number, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  NettyServerBuilder applyTo(NettyServerBuilder builder) {
    return builder
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(loops)
        .channelFactory(this::listening);
  }

  private NioServerSocketChannel listening() {
    NioServerSocketChannel channel = new NioServerSocketChannel();
    channel.pipeline().addLast(this);
    return channel;
  }

  /** A listening channel's reads are accepted connections. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel connection = (Channel) accepted;
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      connection.unsafe().closeForcibly();
      return;
    }
    var unused = connection.closeFuture().addListener(closed -> open.decrementAndGet());
    ctx.fireChannelRead(accepted);
  }

  /** Whether all event loops run; one that an {@code Error} has ended is not replaced. */
  boolean areLoopsAlive() {
    for (EventLoopGroup group : List.of(acceptor, loops)) {
      for (EventExecutor loop : group) {
        if (loop.isShuttingDown()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Ends the event loops. Call this when the port is closed. */
  void close() {
    for (EventLoopGroup group : List.of(acceptor, loops)) {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
