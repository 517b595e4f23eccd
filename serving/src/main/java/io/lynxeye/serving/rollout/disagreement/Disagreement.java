package io.lynxeye.serving.rollout.disagreement;

import io.lynxeye.serving.rollout.verdict.TopClass;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An input for which two versions name different classes.
 *
 * @param digest of the input, see {@link InputDigest}
 * @param at when it was compared
 * @param serving what the serving version said
 * @param candidate what the version on trial said
 * @param image the file as sent; empty if it is not kept, or the input was tensors
 */
public record Disagreement(
    String digest, Instant at, TopClass serving, TopClass candidate, Optional<byte[]> image) {

  /** The sum of both probabilities, 0 to 2: the surer both versions are, the more it says. */
  double weight() {
    return serving.probability() + candidate.probability();
  }

  int imageBytes() {
    return image.map(bytes -> bytes.length).orElse(0);
  }

  Disagreement withoutImage() {
    return new Disagreement(digest, at, serving, candidate, Optional.empty());
  }

  /**
   * As maps, texts and numbers, without the image.
   *
   * @param images the path below which the management port has the images
   */
  public Map<String, Object> facts(String images) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("digest", digest);
    facts.put("at", at.toString());
    facts.put("serving", facts(serving));
    facts.put("candidate", facts(candidate));
    image.ifPresent(bytes -> facts.put("image", images + "/" + digest));
    return facts;
  }

  private static Map<String, Object> facts(TopClass top) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("label", top.label());
    facts.put("probability", top.probability());
    return facts;
  }
}
