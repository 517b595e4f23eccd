package io.lynxeye.engine.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.image.InvalidImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Converts bodies to the Input of DJL Serving's translators, and their Output to responses. */
final class ServingMessages {

  private static final String CONTENT_TYPE = "Content-Type";
  private static final String BINARY = "application/octet-stream";

  private static final String UNREADABLE =
      "The model could not read the body: send what its translator expects, such as a whole JPEG"
          + " file.";

  private ServingMessages() {}

  /** Puts a body under the key {@code data}, with the content type of its first bytes. */
  static Input input(byte[] body) {
    Input input = new Input();
    input.addProperty(CONTENT_TYPE, type(body));
    input.add("data", body);
    return input;
  }

  private static String type(byte[] body) {
    try {
      String type = URLConnection.guessContentTypeFromStream(new ByteArrayInputStream(body));
      return type == null ? BINARY : type;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Only memory is read.
    }
  }

  /**
   * @throws InvalidInputException when the translator rejects the input (4xx)
   * @throws IllegalStateException when it returns another error
   */
  static ModelOutput.Content content(Output output) throws InvalidInputException {
    int code = output.getCode();
    if (code >= 400) {
      if (code < 500) { // The message is meant for the caller.
        throw new InvalidInputException(message(output));
      }
      throw new IllegalStateException(
          "the model's translator answered " + code + " " + output.getMessage());
    }
    BytesSupplier data = output.getContent().isEmpty() ? null : output.getData();
    byte[] body = data == null ? new byte[0] : data.getAsBytes();
    String type = output.getProperty(CONTENT_TYPE, null);
    return new ModelOutput.Content(type == null ? guess(body) : type, body);
  }

  private static String message(Output output) {
    String message = output.getMessage();
    return message == null || message.isBlank() ? UNREADABLE : message;
  }

  private static String guess(byte[] body) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString().strip();
    } catch (CharacterCodingException e) {
      return BINARY;
    }
    boolean isJson = text.startsWith("{") || text.startsWith("[");
    return isJson ? "application/json" : "text/plain; charset=utf-8";
  }

  /** Only our decoder's messages are meant for clients; other libraries' may reveal internals. */
  static InvalidInputException refusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidImageException) {
        return new InvalidInputException(cause.getMessage());
      }
    }
    return new InvalidInputException(UNREADABLE);
  }
}
