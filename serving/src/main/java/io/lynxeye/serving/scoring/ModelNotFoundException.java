package io.lynxeye.serving.scoring;

import io.lynxeye.serving.lifecycle.Absence;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import java.util.Collection;
import java.util.Optional;

/** No model of that name and version is available. Has no stack trace: it is a response. */
public final class ModelNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelNotFoundException(
      Optional<String> model,
      VersionChoice version,
      Absence absence,
      Collection<ModelId> available) {
    super(message(model, version, absence, available), null, false, false);
  }

  private static String message(
      Optional<String> model,
      VersionChoice version,
      Absence absence,
      Collection<ModelId> available) {
    String wanted = model.map(name -> "model '" + name + "'").orElse("default model") + version;
    boolean isInStore = absence == Absence.FAILED || absence == Absence.UNLOADED;
    boolean serves = available.stream().anyMatch(id -> model.equals(Optional.of(id.name())));
    return (isInStore && !serves
            ? wanted + " " + absence.state()
            : "no " + wanted + " is available")
        + "; available: "
        + (available.isEmpty() ? "none" : available);
  }
}
