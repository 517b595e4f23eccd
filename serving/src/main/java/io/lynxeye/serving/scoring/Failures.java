package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.concurrent.CancellationException;

/** What the failure of an inference says about its input, and about the version. */
final class Failures {

  private Failures() {}

  /**
   * Scores that are not finite: for an image a defect of the model, for a tensor an invalid input.
   */
  static Throwable attributed(ModelInput input, Throwable failure) {
    return failure instanceof NotNumbersException && input instanceof ModelInput.Tensors
        ? new InvalidInputException(
            "the model's scores of these values are not numbers: they are too large; send the"
                + " values it was made for")
        : failure;
  }

  /** The version is being unloaded; another one may have replaced it. */
  static boolean isDraining(Throwable failure) {
    return failure instanceof RejectedException rejected
        && rejected.reason() == RejectedException.Reason.DRAINING;
  }

  /** Whether another version may do better: neither overload, nor the client, nor the memory. */
  static boolean isOfVersion(Throwable failure) {
    return !(failure instanceof RejectedException
        || failure instanceof CancellationException
        || failure instanceof OutOfMemoryError);
  }
}
