package io.lynxeye.http;

import java.time.Duration;

/** A request that HTTP itself, not the model, makes unanswerable. Has no stack trace. */
final class HttpProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  private HttpProblem(int status, String type, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  static HttpProblem badRequest(String message) {
    return new HttpProblem(400, "BadRequestException", message);
  }

  static HttpProblem notFound() {
    return notFound(
        "there is nothing at this address; POST a picture to /score or /predictions/{model}; /docs has all addresses");
  }

  static HttpProblem notFound(String message) {
    return new HttpProblem(404, "ResourceNotFoundException", message);
  }

  static HttpProblem modelNotFound(String message) {
    return new HttpProblem(404, "ModelNotFoundException", message);
  }

  /** The same whatever is wrong with what was shown, or whether anything was. */
  static HttpProblem unauthorized() {
    return new HttpProblem(
        401,
        "UnauthorizedException",
        "a valid key is needed; send it as 'Authorization: Bearer KEY' or as 'x-api-key: KEY'");
  }

  static HttpProblem forbidden(String message) {
    return new HttpProblem(403, "ForbiddenException", message);
  }

  static HttpProblem methodNotAllowed(String message) {
    return new HttpProblem(405, "MethodNotAllowedException", message);
  }

  static HttpProblem bodyTooLarge(long limit) {
    return new HttpProblem(
        413,
        "RequestEntityTooLargeException",
        "the body is larger than " + limit + " bytes; send a smaller one");
  }

  static HttpProblem headerTooLarge(String message) {
    return new HttpProblem(431, "RequestHeaderFieldsTooLargeException", message);
  }

  static HttpProblem bodyTooSlow(Duration limit) {
    return bodyTooSlow("did not arrive within " + limit.toSeconds() + " seconds");
  }

  static HttpProblem bodyTooSlow(long bytesPerSecond) {
    return bodyTooSlow("arrives at less than " + bytesPerSecond + " bytes per second");
  }

  private static HttpProblem bodyTooSlow(String how) {
    return new HttpProblem(408, "RequestTimeoutException", "the body " + how + "; send it faster");
  }

  static HttpProblem addressTooLong() {
    return new HttpProblem(
        414, "RequestUriTooLongException", "the address is too long; POST the picture as the body");
  }

  static HttpProblem malformed() {
    return badRequest("the request is not well-formed HTTP; check its address and headers");
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }
}
