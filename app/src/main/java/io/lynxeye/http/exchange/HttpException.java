package io.lynxeye.http.exchange;

import java.time.Duration;

/** A request that fails for a reason of HTTP, not of the model. Has no stack trace. */
public final class HttpException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorResponse answer;

  private HttpException(int status, String type, String message) {
    super(message, null, false, false);
    this.answer = new ErrorResponse(status, type, message);
  }

  public static HttpException badRequest(String message) {
    return new HttpException(400, "BadRequestException", message);
  }

  public static HttpException notFound() {
    return notFound(
        "there is nothing at this address; POST an image to /score or /predictions/{model}; /docs"
            + " lists all addresses");
  }

  public static HttpException notFound(String message) {
    return new HttpException(404, "ResourceNotFoundException", message);
  }

  public static HttpException modelNotFound(String message) {
    return new HttpException(404, "ModelNotFoundException", message);
  }

  /** The same for a missing key and for any kind of invalid one. */
  public static HttpException unauthorized() {
    return new HttpException(
        401,
        "UnauthorizedException",
        "a valid key is needed; send it as 'Authorization: Bearer KEY' or as 'x-api-key: KEY'");
  }

  public static HttpException forbidden(String message) {
    return new HttpException(403, "ForbiddenException", message);
  }

  static HttpException methodNotAllowed(String message) {
    return new HttpException(405, "MethodNotAllowedException", message);
  }

  public static HttpException bodyTooLarge(long limit) {
    return new HttpException(
        413,
        "RequestEntityTooLargeException",
        "the body is larger than " + limit + " bytes; send a smaller one");
  }

  public static HttpException unsupportedEncoding(String message) {
    return new HttpException(415, "UnsupportedMediaTypeException", message);
  }

  public static HttpException headerTooLarge(String message) {
    return new HttpException(431, "RequestHeaderFieldsTooLargeException", message);
  }

  public static HttpException bodyTooSlow(Duration limit) {
    return bodyTooSlow("did not arrive within " + limit.toSeconds() + " seconds");
  }

  public static HttpException bodyTooSlow(long bytesPerSecond) {
    return bodyTooSlow("arrives at less than " + bytesPerSecond + " bytes per second");
  }

  private static HttpException bodyTooSlow(String how) {
    return new HttpException(
        408, "RequestTimeoutException", "the body " + how + "; send it faster");
  }

  public static HttpException addressTooLong() {
    return new HttpException(
        414, "RequestUriTooLongException", "the address is too long; POST the image as the body");
  }

  public static HttpException malformed() {
    return badRequest("the request is not well-formed HTTP; check its address and headers");
  }

  public static HttpException malformedBody() {
    return badRequest("the chunks of the body are not well-formed; send it again");
  }

  public static HttpException transferCodingNotSupported() {
    return new HttpException(
        501,
        "NotImplementedException",
        "no transfer coding but chunked is read; to compress the body, use Content-Encoding");
  }

  public static HttpException versionNotSupported() {
    return new HttpException(
        505,
        "HttpVersionNotSupportedException",
        "this version of HTTP is not supported; use HTTP/1.1");
  }

  public ErrorResponse answer() {
    return answer;
  }
}
