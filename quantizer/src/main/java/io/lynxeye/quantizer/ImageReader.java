package io.lynxeye.quantizer;

import io.lynxeye.quantizer.search.Crops;
import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prepares images as the server would, and parts of them. Every second image is for the test, in
 * the order of their digests, so that a second run divides them in the same way.
 */
final class ImageReader {

  /** With fewer images, more parts of each are taken. */
  private static final int ENOUGH_INPUTS = 320;

  private static final int LEAST_CALIBRATION_CROPS = 1;
  private static final int LEAST_TEST_CROPS = 3;
  private static final int MOST_INPUTS = 800;

  /**
   * Images that were read.
   *
   * @param set their inputs
   * @param digest SHA-256 of the images' digests
   */
  record Part(ImageSet set, String digest) {}

  private final LoadedModel model;
  private final QuantizeListener listener;
  private final Map<String, byte[]> byDigest = new TreeMap<>();

  ImageReader(LoadedModel model, List<byte[]> images, QuantizeListener listener) {
    this.model = model;
    this.listener = listener;
    images.forEach(image -> byDigest.put(HexFormat.of().formatHex(sha256(image)), image));
  }

  Part calibration() {
    return part(0, LEAST_CALIBRATION_CROPS);
  }

  Part test() {
    return part(1, LEAST_TEST_CROPS);
  }

  /** The number of different images. */
  int count() {
    return byDigest.size();
  }

  private Part part(int remainder, int leastCrops) {
    List<String> digests = new ArrayList<>(byDigest.keySet());
    List<PreparedInput> inputs = new ArrayList<>();
    List<Integer> images = new ArrayList<>();
    MessageDigest whole = digest();
    int mine = Math.max(1, (digests.size() + 1 - remainder) / 2);
    int crops = Math.min(Crops.MOST, Math.max(leastCrops, (ENOUGH_INPUTS + mine - 1) / mine - 1));
    for (int i = remainder; i < digests.size() && inputs.size() < MOST_INPUTS; i += 2) {
      byte[] image = byDigest.get(digests.get(i));
      try {
        inputs.add(model.prepare(image));
        images.add(i);
        whole.update(HexFormat.of().parseHex(digests.get(i)));
        for (byte[] crop : Crops.of(image, crops)) {
          inputs.add(model.prepare(crop));
          images.add(i);
        }
      } catch (InvalidInputException e) {
        listener.warn("an image is left out: " + e.getMessage());
      }
      listener.advance();
    }
    return new Part(new ImageSet(inputs, images), HexFormat.of().formatHex(whole.digest()));
  }

  static byte[] sha256(byte[] bytes) {
    return digest().digest(bytes);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
