package io.lynxeye.serving.repository;

/**
 * What Triton's clients can ask for and the scoring ports do not do. None of it is ignored: a
 * client might rely on it.
 */
public enum Unsupported {
  SHARED_MEMORY(
      "shared memory is not supported; send the values of the inputs in the request, and read those"
          + " of the outputs from the response"),
  TRACE_SETTINGS(
      "trace settings cannot be read or changed by clients; start the server with --otlp-endpoint"
          + " to get traces"),
  LOG_SETTINGS(
      "log settings cannot be read or changed by clients; start the server with --log-format and"
          + " --access-log"),
  /** A caller of the management port can run code, so it has a port of its own. */
  CHANGES(
      "models are loaded and unloaded on the management port only; start the server with"
          + " --management-port and POST to /v2/repository/models/{model}/load or /unload there");

  /** The parameter of an input or an output that is in shared memory. */
  public static final String MEMORY_REGION = "shared_memory_region";

  private final String message;

  Unsupported(String message) {
    this.message = message;
  }

  /** Cause and cure. */
  public String message() {
    return message;
  }
}
