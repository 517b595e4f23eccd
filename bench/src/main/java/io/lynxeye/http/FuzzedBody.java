package io.lynxeye.http;

import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A body of any bytes, as each protocol would read it. In this package because the parsers are not
 * to be seen outside of it. Each method returns when the body was read or refused; what it throws
 * is a defect.
 *
 * @param bytes the body
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record FuzzedBody(byte[] bytes) {

  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          ModelSignature.DEFAULT,
          spec("pixels", -1L, 2L, 2L, 3L),
          true,
          List.of(spec("scores", -1L, 10L)));

  private static TensorSpec spec(String name, Long... shape) {
    return new TensorSpec(name, "float", Optional.of(List.of(shape)));
  }

  /** TensorFlow Serving's. */
  public void predict() {
    try {
      TensorFlowRequest.parse(bytes).inputs(SIGNATURE);
    } catch (InvalidInputException e) {
      requireText(e);
    }
  }

  /** The Open Inference Protocol's: all of it JSON, a picture, or JSON up to the last brace. */
  public void infer() {
    infer(OptionalInt.empty());
    infer(OptionalInt.of(0));
    infer(OptionalInt.of(bytes.length + 1));
    int brace = bytes.length - 1;
    while (brace >= 0 && bytes[brace] != '}') {
      brace--;
    }
    infer(OptionalInt.of(brace + 1));
  }

  private void infer(OptionalInt jsonLength) {
    try {
      InferRequest request = InferRequest.parse(bytes, jsonLength);
      request.inputs(SIGNATURE);
      for (int i = 0; i < request.reply().wanted().size(); i++) {
        request.reply().isBinary(i);
      }
    } catch (InvalidInputException e) {
      requireText(e);
    }
  }

  /** A multipart form whose boundary is x. */
  public void form() {
    try {
      PictureBody.fromForm("multipart/form-data; boundary=x", bytes);
    } catch (HttpProblem e) {
      requireText(e);
    }
  }

  /** What is refused is told why. */
  private static void requireText(Exception refusal) {
    if (refusal.getMessage() == null || refusal.getMessage().isBlank()) {
      throw new IllegalStateException("refused without a word", refusal);
    }
  }
}
