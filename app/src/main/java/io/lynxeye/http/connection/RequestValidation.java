package io.lynxeye.http.connection;

import io.lynxeye.http.exchange.HttpException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Marks the requests of HTTP/1 that Netty's decoder accepts although RFC 9112 requires a refusal,
 * and those whose body turns out to be malformed. Netty marks a malformed head in the same way:
 * Vert.x refuses such a request, and closes the connection once it is answered.
 *
 * <p>Nothing that follows a marked request is read. A proxy in front may have seen another end of
 * it, and the next request could be one that the proxy never saw.
 *
 * <p>Part of the connection's Netty pipeline; used on its event loop only.
 */
final class RequestValidation extends ChannelInboundHandlerAdapter {

  /** By identity, as in Vert.x: Netty also reads {@code http/1.1} as a version, which it is not. */
  private static final Set<HttpVersion> VERSIONS =
      Collections.newSetFromMap(new IdentityHashMap<>());

  static {
    VERSIONS.add(HttpVersion.HTTP_1_0);
    VERSIONS.add(HttpVersion.HTTP_1_1);
  }

  private static final String CHUNKED = "chunked";
  private static final int DELETE_CHARACTER = 0x7f;

  private HttpMessage current;
  private boolean isOver;

  private RequestValidation() {}

  /** Installs the validation in a new connection, behind its decoder; HTTP/2 has none. */
  static void install(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().channel().pipeline();
    ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
    if (decoder != null) {
      pipeline.addAfter(decoder.name(), "validation", new RequestValidation());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isOver) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      current = request;
      if (request.decoderResult().isSuccess()) {
        problem(request).ifPresent(problem -> mark(request, problem));
      }
      ctx.fireChannelRead(request);
    } else if (message instanceof HttpContent body && body.decoderResult().isFailure()) {
      body.release();
      mark(current, HttpException.malformedBody());
      ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void mark(HttpMessage request, HttpException problem) {
    isOver = true;
    request.setDecoderResult(DecoderResult.failure(problem));
  }

  private static Optional<HttpException> problem(HttpRequest request) {
    if (!VERSIONS.contains(request.protocolVersion())) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1); // Of the response.
      return Optional.of(HttpException.versionNotSupported());
    }
    if (request.uri().chars().anyMatch(c -> c <= ' ' || c == DELETE_CHARACTER)) {
      return Optional.of(HttpException.malformed());
    }
    HttpHeaders headers = request.headers();
    if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      return Optional.of(
          HttpException.badRequest("the request has more than one Host header; send one"));
    }
    if (headers.contains("")) {
      return Optional.of(
          HttpException.badRequest("the request has a header without a name; leave it out"));
    }
    return transferCodings(headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
  }

  private static Optional<HttpException> transferCodings(List<String> headers) {
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    List<String> codings =
        headers.stream()
            .flatMap(header -> Stream.of(header.split(",", -1)))
            .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
            .toList();
    if (codings.indexOf(CHUNKED) != codings.size() - 1) {
      return Optional.of(
          HttpException.badRequest(
              "Transfer-Encoding does not end in chunked, so the end of the body is unknown; send"
                  + " Transfer-Encoding: chunked or a Content-Length"));
    }
    return codings.size() == 1
        ? Optional.empty()
        : Optional.of(HttpException.transferCodingNotSupported());
  }
}
