package io.lynxeye.http.scoring;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpData;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Finds the image in a body: the body itself, or the file in a multipart form. The first bytes of
 * the body decide which; the Content-Type only provides the boundary of a form.
 */
public final class ImageBody {

  private static final String FIELD = "data";
  private static final int MAX_PARTS = 16; // Only one is used.
  private static final int MAX_PART_HEADERS = 4096;
  private static final String MULTIPART = "multipart/form-data";

  private ImageBody() {}

  /**
   * Takes the body and returns the image in it.
   *
   * @throws HttpException 400 when the body or the form is empty or cannot be read
   */
  static byte[] of(RoutingContext ctx) {
    byte[] image = find(ctx);
    if (image.length == 0) {
      throw HttpException.badRequest(
          "there is no image; send one as curl --data-binary @image.jpg does");
    }
    return image;
  }

  private static byte[] find(RoutingContext ctx) {
    byte[] body = Exchange.of(ctx).takeBody();
    String type = ctx.request().getHeader("Content-Type");
    boolean form =
        type != null
            && type.toLowerCase(Locale.ROOT).startsWith(MULTIPART)
            && body.length >= 2
            && body[0] == '-'
            && body[1] == '-';
    return form ? fromForm(type, body) : body;
  }

  /**
   * Returns the image in a multipart form.
   *
   * @throws HttpException 400 when the form cannot be read or has no file
   */
  public static byte[] fromForm(String type, byte[] body) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body));
    request.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    try {
      HttpPostMultipartRequestDecoder decoder =
          new HttpPostMultipartRequestDecoder(
              new DefaultHttpDataFactory(false),
              request,
              StandardCharsets.UTF_8,
              MAX_PARTS,
              MAX_PART_HEADERS);
      try {
        return image(decoder.getBodyHttpDatas());
      } finally {
        decoder.destroy();
      }
    } catch (HttpException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw HttpException.badRequest(
          "the multipart form cannot be read; send it as curl -F data=@image.jpg does");
    }
  }

  /** The field called data, otherwise the first file. */
  private static byte[] image(List<InterfaceHttpData> parts) throws IOException {
    HttpData file = null;
    for (InterfaceHttpData part : parts) {
      if (part instanceof HttpData data && part.getName().equals(FIELD)) {
        return data.get();
      }
      if (file == null && part instanceof FileUpload upload) {
        file = upload;
      }
    }
    if (file == null) {
      throw HttpException.badRequest(
          "the multipart form has no file; send one as field '" + FIELD + "'");
    }
    return file.get();
  }
}
