package io.lynxeye.quantizer;

import io.lynxeye.quantizer.search.Crops;
import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prepares images as the server would, and crops of them. They are divided in the order of their
 * digests, so that a second run divides them in the same way: two sixths for the ranges, one to
 * choose layers with, three for the test. One image at a time is in memory; of the prepared inputs,
 * those of the last two parts stay.
 */
final class ImageReader {

  /**
   * One part of the images.
   *
   * @param places its images among each {@link #CYCLE}
   * @param inputs with fewer images, more crops of each are taken, until there are so many inputs
   * @param leastCrops of each image
   * @param most inputs that are used, of images that lie evenly apart
   */
  private record Share(List<Integer> places, int inputs, int leastCrops, int most) {

    List<Integer> of(int count) {
      List<Integer> mine = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (places.contains(i % CYCLE)) {
          mine.add(i);
        }
      }
      return mine;
    }

    /** How many crops of each image are taken. */
    int crops(int images) {
      int wanted = (inputs + images - 1) / Math.max(1, images) - 1;
      return Math.min(Crops.MOST, Math.max(leastCrops, wanted));
    }
  }

  private static final int CYCLE = 6;
  private static final int MOST_INPUTS = 800;
  private static final Share CALIBRATION = new Share(List.of(0, 3), 200, 1, MOST_INPUTS);
  private static final Share SCREENING = new Share(List.of(2), 48, 0, 48);
  private static final Share TEST = new Share(List.of(1, 4, 5), 320, 3, MOST_INPUTS);

  /** Takes the inputs of a part, and releases them when they are no longer needed. */
  interface Sink {

    /**
     * Takes an input.
     *
     * @param image the number of the image that it comes from
     */
    void take(PreparedInput input, int image) throws InterruptedException;

    /** Whether no more are wanted. */
    default boolean isFull() {
      return false;
    }
  }

  /**
   * One part of the images, for the report.
   *
   * @param images how many were used
   * @param inputs how many inputs were made of them
   * @param digest SHA-256 of the images' digests
   */
  record Part(int images, int inputs, String digest) {}

  private final LoadedModel model;
  private final QuantizeListener listener;
  private final Map<String, ImageFile> byDigest = new TreeMap<>();
  private long memory;

  /**
   * Reads each image once, for its digest.
   *
   * @param memory the most bytes of inputs that stay in memory
   */
  ImageReader(LoadedModel model, List<ImageFile> images, long memory, QuantizeListener listener) {
    this.model = model;
    this.memory = memory;
    this.listener = listener;
    for (ImageFile image : images) {
      try {
        byDigest.put(digest(image.read()), image);
      } catch (IOException e) {
        leaveOut(image, "it cannot be read (" + e.getMessage() + ")");
      }
    }
  }

  /** The number of different images. */
  int count() {
    return byDigest.size();
  }

  /** How many of them are for the ranges. */
  int calibrationCount() {
    return CALIBRATION.of(count()).size();
  }

  /** Passes the images for the ranges on. */
  Part calibration(Sink sink) throws QuantizeException, InterruptedException {
    return read(CALIBRATION, sink);
  }

  /**
   * Prepares the images to choose with.
   *
   * @param into an empty set
   */
  Part screening(ImageSet into) throws QuantizeException, InterruptedException {
    Part part = read(SCREENING, kept(into));
    into.thin(SCREENING.most());
    return new Part(into.imageCount(), into.inputs().size(), part.digest());
  }

  /**
   * Prepares the images to measure the agreement on, as far as they fit into the memory.
   *
   * @param into an empty set
   */
  Part test(ImageSet into) throws QuantizeException, InterruptedException {
    Part part = read(TEST, kept(into));
    if (memory <= 0) {
      listener.warn(
          "%d images are tested on, no more: their inputs fill the memory; start with a larger heap, such as LYNXEYE_HEAP=6g"
              .formatted(part.images()));
    }
    return part;
  }

  private Sink kept(ImageSet set) {
    return new Sink() {
      @Override
      public void take(PreparedInput input, int image) {
        set.inputs().add(input);
        set.images().add(image);
        memory -= input.bytes();
      }

      @Override
      public boolean isFull() {
        return memory <= 0;
      }
    };
  }

  private Part read(Share share, Sink sink) throws QuantizeException, InterruptedException {
    List<String> digests = new ArrayList<>(byDigest.keySet());
    List<Integer> mine = share.of(digests.size());
    int crops = share.crops(mine.size());
    int last = Math.min(mine.size(), MOST_INPUTS);
    int step = Math.max(1, (last + share.most() - 1) / share.most());
    MessageDigest whole = QuantizedFiles.sha256();
    int images = 0;
    int inputs = 0;
    for (int i = 0; i < last && inputs < MOST_INPUTS; i += step) {
      if (images > 0 && sink.isFull()) {
        break;
      }
      String digest = digests.get(mine.get(i));
      int made = prepare(byDigest.get(digest), digest, crops, mine.get(i), sink);
      if (made > 0) {
        images++;
        inputs += made;
        whole.update(HexFormat.of().parseHex(digest));
      }
      listener.advance();
    }
    if (images == 0) {
      throw new QuantizeException(
          "at least three images that the model can score are needed, to calibrate with, to choose layers and to test on; give a folder with --calibrate");
    }
    return new Part(images, inputs, HexFormat.of().formatHex(whole.digest()));
  }

  /** Returns the number of inputs that were made of an image. */
  private int prepare(ImageFile file, String digest, int crops, int number, Sink sink)
      throws InterruptedException {
    int made = 0;
    try {
      byte[] image = file.read();
      if (!digest(image).equals(digest)) {
        leaveOut(file, "it has been changed meanwhile");
        return 0;
      }
      sink.take(prepared(image), number);
      made++;
      for (Crops parts = Crops.of(image, crops); made <= parts.count(); made++) {
        sink.take(prepared(parts.get(made - 1, isDecodedByModel() ? "jpg" : "bmp")), number);
      }
    } catch (InvalidInputException | IOException e) {
      leaveOut(file, e.getMessage());
    }
    return made;
  }

  private boolean isDecodedByModel() {
    return model.description().signature().takes() == ModelSignature.Takes.IMAGES;
  }

  /** A model that decodes by itself may refuse a file only when it runs. */
  private PreparedInput prepared(byte[] image) throws InvalidInputException {
    PreparedInput input = model.prepare(image);
    if (isDecodedByModel()) {
      model.run(List.of(input));
    }
    return input;
  }

  private void leaveOut(ImageFile file, String reason) {
    listener.warn("%s is left out: %s".formatted(file.name(), reason));
  }

  private static String digest(byte[] bytes) {
    return HexFormat.of().formatHex(QuantizedFiles.sha256().digest(bytes));
  }
}
