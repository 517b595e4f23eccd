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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of the port, and the event loops they live on. Beyond the limit a new one is
 * closed as soon as it is there: gRPC itself tells of a connection only once its client has spoken,
 * and those who say nothing are the ones to bound.
 */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final EventLoopGroup acceptor = loops(1, "grpc-accept");
  private final EventLoopGroup loops = loops(Runtime.getRuntime().availableProcessors(), "grpc-io");

  /** Event loops need their files from here on, until {@link #close}. */
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

  /** A listening channel reads connections. */
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

  /** The end of the event loops, once the port is closed. */
  void close() {
    for (EventLoopGroup group : new EventLoopGroup[] {acceptor, loops}) {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
