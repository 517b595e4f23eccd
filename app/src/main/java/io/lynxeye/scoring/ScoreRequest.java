package io.lynxeye.scoring;

import io.lynxeye.model.VersionChoice;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One picture to score.
 *
 * @param model the model's name; empty = the server's default model
 * @param version which version of the model
 * @param body the picture's file, as sent
 * @param topK how many predictions; empty = as the model's manifest says; more than there are
 *     classes means all of them
 * @param timeLeft in which the caller wants its answer; empty, or more than the server gives each
 *     request = what the server gives
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ScoreRequest(
    Optional<String> model,
    VersionChoice version,
    byte[] body,
    OptionalInt topK,
    Optional<Duration> timeLeft) {

  /** One whose caller waits as long as the server does. */
  public ScoreRequest(
      Optional<String> model, VersionChoice version, byte[] body, OptionalInt topK) {
    this(model, version, body, topK, Optional.empty());
  }
}
