package io.lynxeye.scoring;

import io.lynxeye.model.VersionChoice;
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
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ScoreRequest(
    Optional<String> model, VersionChoice version, byte[] body, OptionalInt topK) {}
