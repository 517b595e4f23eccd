package io.lynxeye.http;

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

  static HttpProblem notFound(String message) {
    return new HttpProblem(404, "ResourceNotFoundException", message);
  }

  static HttpProblem methodNotAllowed(String message) {
    return new HttpProblem(405, "MethodNotAllowedException", message);
  }

  static HttpProblem bodyTooLarge(long limit) {
    return new HttpProblem(
        413,
        "RequestEntityTooLargeException",
        "the body is larger than " + limit + " bytes; send a smaller picture");
  }

  static HttpProblem headerTooLarge(String message) {
    return new HttpProblem(431, "RequestHeaderFieldsTooLargeException", message);
  }

  static HttpProblem of(int status) {
    return new HttpProblem(status, "HttpException", "the request is not well-formed HTTP");
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }
}
