package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One or several images to score.
 *
 * @param model the model's name; empty = the server's default model
 * @param version the version of the model
 * @param inputs at least one, in the order of the results
 * @param topK number of predictions; empty = as the model's manifest says; more than there are
 *     classes means all of them
 * @param timeLeft the client's time limit; empty, or longer than the server's = the server's
 * @param waited how much of its time the request has used, while it waited for memory to be read
 */
public record ScoreRequest(
    Optional<String> model,
    VersionChoice version,
    List<ModelInput> inputs,
    OptionalInt topK,
    Optional<Duration> timeLeft,
    Duration waited) {

  /** A request that did not wait. */
  public ScoreRequest(
      Optional<String> model,
      VersionChoice version,
      List<ModelInput> inputs,
      OptionalInt topK,
      Optional<Duration> timeLeft) {
    this(model, version, inputs, topK, timeLeft, Duration.ZERO);
  }

  /** A request with one image. */
  public ScoreRequest(
      Optional<String> model,
      VersionChoice version,
      byte[] image,
      OptionalInt topK,
      Optional<Duration> timeLeft) {
    this(model, version, List.of(new ModelInput.Image(image)), topK, timeLeft);
  }

  /** A request with one image and without a time limit of the client. */
  public ScoreRequest(
      Optional<String> model, VersionChoice version, byte[] image, OptionalInt topK) {
    this(model, version, image, topK, Optional.empty());
  }

  /** The same request, never by a canary. */
  ScoreRequest byServing() {
    VersionChoice choice =
        version instanceof VersionChoice.Newest ? VersionChoice.newest() : version;
    return new ScoreRequest(model, choice, inputs, topK, timeLeft, waited);
  }

  /** The same request, which has waited for memory. */
  public ScoreRequest after(Duration wait) {
    return new ScoreRequest(model, version, inputs, topK, timeLeft, wait);
  }
}
