package io.lynxeye.serving.scoring;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import java.util.Collection;
import java.util.Optional;

/** No model of that name and version is available. Has no stack trace: it is a response. */
public final class ModelNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelNotFoundException(
      Optional<String> model, VersionChoice version, Collection<ModelId> available) {
    super(message(model, version, available), null, false, false);
  }

  private static String message(
      Optional<String> model, VersionChoice version, Collection<ModelId> available) {
    String wanted = model.map(name -> "model '" + name + "'").orElse("default model") + version;
    return "no "
        + wanted
        + " is available; available: "
        + (available.isEmpty() ? "none" : available);
  }
}
