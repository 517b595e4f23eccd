package io.lynxeye.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.openinference.InferRequest;
import io.lynxeye.http.scoring.ImageBody;
import io.lynxeye.http.tfserving.ExamplesRequest;
import io.lynxeye.http.tfserving.TensorFlowRequest;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import java.util.OptionalInt;
import org.junit.jupiter.api.Timeout;

/**
 * Each protocol reads a body of any bytes or refuses it with a reason, within seconds. Every build
 * replays {@code BodyFuzzTestInputs}; {@code mvn test -Dfuzz} looks for more.
 */
class BodyFuzzTest {

  private static final ModelDescription MODEL = new FakeModel(new ModelId("fake", 1)).description();

  @Timeout(10)
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] input) {
    predict(input);
    examples(input);
    infer(input, OptionalInt.empty());
    infer(input, OptionalInt.of(0)); // No JSON: the body is an image.
    infer(input, OptionalInt.of(input.length + 1));
    infer(input, OptionalInt.of(lengthToLastBrace(input)));
    form(input);
  }

  private static int lengthToLastBrace(byte[] input) {
    int length = input.length;
    while (length > 0 && input[length - 1] != '}') {
      length--;
    }
    return length;
  }

  private static void predict(byte[] input) {
    try {
      TensorFlowRequest.parse(input, MODEL).inputs();
    } catch (InvalidInputException e) {
      requireReason(e);
    }
  }

  private static void examples(byte[] input) {
    try {
      ExamplesRequest.parse(input);
    } catch (InvalidInputException e) {
      requireReason(e);
    }
  }

  private static void infer(byte[] input, OptionalInt jsonLength) {
    try {
      InferRequest request = InferRequest.parse(input, jsonLength, FakeModel.SIGNATURE);
      request.inputs();
      for (int i = 0; i < request.reply().wanted().size(); i++) {
        request.reply().isBinary(i);
      }
    } catch (InvalidInputException e) {
      requireReason(e);
    }
  }

  private static void form(byte[] input) {
    try {
      ImageBody.fromForm("multipart/form-data; boundary=x", input);
    } catch (HttpException e) {
      requireReason(e);
    }
  }

  private static void requireReason(Exception refusal) {
    if (refusal.getMessage() == null || refusal.getMessage().isBlank()) {
      throw new IllegalStateException("refused without a reason", refusal);
    }
  }
}
