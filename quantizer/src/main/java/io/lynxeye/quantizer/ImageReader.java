package io.lynxeye.quantizer;

import io.lynxeye.quantizer.search.Crops;
import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.quantization.QuantizedFiles;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prepares images as the server would, and crops of them. They are divided in the order of their
 * digests, so that a second run divides them in the same way: two sixths for the ranges, one to
 * choose layers with, three for the test.
 */
final class ImageReader {

  /**
   * One part of the images.
   *
   * @param places its images among each {@link #CYCLE}
   * @param inputs with fewer images, more crops of each are taken, until there are so many inputs
   * @param leastCrops of each image
   */
  private record Share(List<Integer> places, int inputs, int leastCrops) {

    List<Integer> of(int count) {
      List<Integer> mine = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (places.contains(i % CYCLE)) {
          mine.add(i);
        }
      }
      return mine;
    }
  }

  private static final int CYCLE = 6;
  private static final Share CALIBRATION = new Share(List.of(0, 3), 200, 1);
  private static final Share SCREENING = new Share(List.of(2), 48, 0);
  private static final Share TEST = new Share(List.of(1, 4, 5), 320, 3);
  private static final int MOST_INPUTS = 800;

  /**
   * Images that were read.
   *
   * @param set their inputs
   * @param digest SHA-256 of the images' digests
   */
  record Part(ImageSet set, String digest) {}

  /**
   * The parts, which share no image.
   *
   * @param calibration for the ranges of activations
   * @param screening to choose with
   * @param test to measure the agreement on
   */
  record Parts(Part calibration, Part screening, Part test) {}

  private final LoadedModel model;
  private final QuantizeListener listener;
  private final Map<String, byte[]> byDigest = new TreeMap<>();

  ImageReader(LoadedModel model, List<byte[]> images, QuantizeListener listener) {
    this.model = model;
    this.listener = listener;
    images.forEach(image -> byDigest.put(HexFormat.of().formatHex(sha256(image)), image));
  }

  /**
   * Reads all images.
   *
   * @throws QuantizeException when there are too few
   */
  Parts read() throws QuantizeException {
    Parts parts = new Parts(part(CALIBRATION), part(SCREENING), part(TEST));
    if (parts.calibration().set().inputs().isEmpty()
        || parts.screening().set().inputs().isEmpty()
        || parts.test().set().inputs().isEmpty()) {
      throw new QuantizeException(
          "at least three images that the model can score are needed, to calibrate with, to choose layers and to test on; give a folder with --calibrate");
    }
    return parts;
  }

  /** The number of different images. */
  int count() {
    return byDigest.size();
  }

  private Part part(Share share) {
    List<String> digests = new ArrayList<>(byDigest.keySet());
    List<Integer> mine = share.of(digests.size());
    List<PreparedInput> inputs = new ArrayList<>();
    List<Integer> images = new ArrayList<>();
    MessageDigest whole = QuantizedFiles.sha256();
    int wanted = (share.inputs() + mine.size() - 1) / Math.max(1, mine.size()) - 1;
    int crops = Math.min(Crops.MOST, Math.max(share.leastCrops(), wanted));
    for (int i : mine) {
      if (inputs.size() >= MOST_INPUTS) {
        break;
      }
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
    return QuantizedFiles.sha256().digest(bytes);
  }
}
