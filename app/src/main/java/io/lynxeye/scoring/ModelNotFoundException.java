package io.lynxeye.scoring;

import io.lynxeye.model.ModelId;
import java.util.Collection;

/** No available model of that name and version. Has no stack trace: it is an answer. */
public final class ModelNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelNotFoundException(ScoreRequest request, Collection<ModelId> available) {
    super(message(request, available), null, false, false);
  }

  private static String message(ScoreRequest request, Collection<ModelId> available) {
    String wanted =
        request.model().map(name -> "model '" + name + "'").orElse("default model")
            + request.version();
    return "no "
        + wanted
        + " is available; available: "
        + (available.isEmpty() ? "none" : available);
  }
}
