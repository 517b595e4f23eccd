package io.lynxeye.http;

import java.time.Duration;

/** A request that fails for a reason of HTTP, not of the model. Has no stack trace. */
final class HttpProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorAnswer answer;

  private HttpProblem(int status, String type, String message) {
    super(message, null, false, false);
    this.answer = new ErrorAnswer(status, type, message);
  }

  static HttpProblem badRequest(String message) {
    return new HttpProblem(400, "BadRequestException", message);
  }

  static HttpProblem notFound() {
    return notFound(
        "there is nothing at this address; POST an image to /score or /predictions/{model}; /docs"
            + " lists all addresses");
  }

  static HttpProblem notFound(String message) {
    return new HttpProblem(404, "ResourceNotFoundException", message);
  }

  static HttpProblem modelNotFound(String message) {
    return new HttpProblem(404, "ModelNotFoundException", message);
  }

  /** The same for a missing key and for any kind of invalid one. */
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
        414, "RequestUriTooLongException", "the address is too long; POST the image as the body");
  }

  static HttpProblem malformed() {
    return badRequest("the request is not well-formed HTTP; check its address and headers");
  }

  ErrorAnswer answer() {
    return answer;
  }
}
