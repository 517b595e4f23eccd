package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.model.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pictures to score, one or several.
 *
 * @param model the model's name; empty = the server's default model
 * @param version which version of the model
 * @param inputs at least one, in the order the caller wants its answers in
 * @param topK how many predictions; empty = as the model's manifest says; more than there are
 *     classes means all of them
 * @param timeLeft in which the caller wants its answer; empty, or more than the server gives each
 *     request = what the server gives
 */
public record ScoreRequest(
    Optional<String> model,
    VersionChoice version,
    List<ModelInput> inputs,
    OptionalInt topK,
    Optional<Duration> timeLeft) {

  /** One picture. */
  public ScoreRequest(
      Optional<String> model,
      VersionChoice version,
      byte[] picture,
      OptionalInt topK,
      Optional<Duration> timeLeft) {
    this(model, version, List.of(new ModelInput.Picture(picture)), topK, timeLeft);
  }

  /** One picture, whose caller waits as long as the server does. */
  public ScoreRequest(
      Optional<String> model, VersionChoice version, byte[] picture, OptionalInt topK) {
    this(model, version, picture, topK, Optional.empty());
  }
}
