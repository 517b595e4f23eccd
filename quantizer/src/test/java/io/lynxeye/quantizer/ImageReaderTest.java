package io.lynxeye.quantizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.quantizer.search.ImageSet;
import io.lynxeye.quantizer.search.Probes;
import io.lynxeye.quantizer.search.Runs;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.PreparedInput;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageReaderTest {

  private static final long ENOUGH = Long.MAX_VALUE;

  private final RecordingListener listener = new RecordingListener();
  private final StubModel model =
      new StubModel(Takes.BOTH, input -> ModelOutput.ofScores("scores", new float[] {1}));

  /** Files that are no images to the JDK, so that no crops are made of them. */
  private static List<ImageFile> files(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ImageFile.of("image " + i, ("image " + i).getBytes(UTF_8)))
        .toList();
  }

  private ImageReader reader(List<ImageFile> images, long memory) {
    return new ImageReader(model, images, memory, listener);
  }

  private static ImageFile png(String name, int color) throws IOException {
    BufferedImage image = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, color);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return ImageFile.of(name, file.toByteArray());
  }

  @Test
  void thePartsShareNoImageAndTakeAThirdASixthAndAHalf() throws Exception {
    ImageReader reader = reader(files(60), ENOUGH);
    List<Integer> calibrated = new ArrayList<>();
    try (ImageSet screening = new ImageSet();
        ImageSet test = new ImageSet()) {
      assertThat(reader.screening(screening).images()).isEqualTo(10);
      assertThat(reader.test(test).images()).isEqualTo(30);
      ImageReader.Part calibration = reader.calibration((input, image) -> calibrated.add(image));

      assertThat(calibration.images()).isEqualTo(20).isEqualTo(reader.calibrationCount());
      assertThat(calibrated).hasSize(20).doesNotContainAnyElementsOf(test.images());
      assertThat(calibrated).doesNotContainAnyElementsOf(screening.images());
      assertThat(screening.images()).doesNotContainAnyElementsOf(test.images());
    }
  }

  @Test
  void filesAreReadOneAtATimeAndNotKept() throws Exception {
    List<String> reads = new ArrayList<>();
    List<ImageFile> files = new ArrayList<>();
    for (ImageFile file : files(60)) {
      files.add(
          new ImageFile() {
            @Override
            public String name() {
              return file.name();
            }

            @Override
            public byte[] read() throws IOException {
              reads.add(file.name());
              return file.read();
            }
          });
    }
    ImageReader reader = reader(files, ENOUGH);
    assertThat(reads).hasSize(60); // For their digests.

    reader.calibration((input, image) -> input.release());

    assertThat(reads).hasSize(60 + 20);
    assertThat(model.most()).isEqualTo(1);
  }

  @Test
  void calibrationKeepsAChunkAndAFewInputsForSpeeds() throws Exception {
    ImageReader reader = reader(files(600), ENOUGH);
    try (Calibration calibration = new Calibration(new Runs(1), 16)) {
      calibration.run(reader, model, new Probes(Map.of()));

      assertThat(model.prepared()).hasSize(200);
      assertThat(model.most()).isEqualTo(16 + Search.BATCH);
      assertThat(calibration.kept()).isEqualTo(List.copyOf(model.prepared().subList(0, 4)));
    }
    assertThat(model.prepared()).allMatch(StubModel.Input::isReleased);
  }

  @Test
  void asManyTestInputsAreKeptAsFitIntoTheMemory() throws Exception {
    ImageReader reader = reader(files(60), 10 * 100 + 12 * 100); // Ten are chosen with.
    try (ImageSet screening = new ImageSet();
        ImageSet test = new ImageSet()) {
      reader.screening(screening);
      assertThat(reader.test(test).inputs()).isEqualTo(12);
    }
    assertThat(listener.warnings()).hasSize(1).first().asString().contains("12 images", "HEAP");
    assertThat(model.prepared()).allMatch(StubModel.Input::isReleased);
  }

  @Test
  void manyImagesToChooseWithAreThinnedBeforeTheyArePrepared() throws Exception {
    ImageReader reader = reader(files(6 * 100), ENOUGH);
    try (ImageSet screening = new ImageSet()) {
      ImageReader.Part part = reader.screening(screening);

      assertThat(part.inputs()).isEqualTo(34); // Every third of 100: three times 48 are enough.
      assertThat(model.prepared()).hasSize(34);
      assertThat(screening.images()).startsWith(2, 2 + 3 * 6);
    }
  }

  @Test
  void unreadableAndChangedFilesAreNamedAndLeftOut() throws Exception {
    List<ImageFile> files = new ArrayList<>(files(12));
    files.add(
        new ImageFile() {
          @Override
          public String name() {
            return "locked.png";
          }

          @Override
          public byte[] read() throws IOException {
            throw new IOException("permission denied");
          }
        });
    byte[] changing = "first".getBytes(UTF_8);
    files.add(ImageFile.of("changing.png", changing));
    ImageReader reader = reader(files, ENOUGH);
    changing[0]++;
    try (ImageSet set = new ImageSet()) {
      reader.screening(set);
      reader.test(set);
      reader.calibration((input, image) -> {});
    }

    assertThat(reader.count()).isEqualTo(13);
    assertThat(model.prepared()).hasSize(12);
    assertThat(listener.warnings())
        .containsExactlyInAnyOrder(
            "locked.png is left out: it cannot be read (permission denied)",
            "changing.png is left out: it has been changed meanwhile");
  }

  @Test
  void aModelThatDecodesByItselfGetsJpegCropsAndMayRefuseAnImage() throws Exception {
    StubModel decoding =
        new StubModel(Takes.IMAGES, input -> ModelOutput.ofScores("scores", new float[] {1}));
    List<ImageFile> files = new ArrayList<>(List.of(ImageFile.of("empty.jpg", new byte[0])));
    for (int i = 0; i < 11; i++) { // So that each part has one that is not empty.
      files.add(png("image " + i, i));
    }
    ImageReader reader = new ImageReader(decoding, files, ENOUGH, listener);
    List<PreparedInput> inputs = new ArrayList<>();
    reader.calibration((input, image) -> inputs.add(input));
    try (ImageSet set = new ImageSet()) {
      reader.screening(set);
      reader.test(set);
      inputs.addAll(set.inputs());
      for (PreparedInput input : inputs) {
        byte[] file = ((StubModel.Input) input).image();
        assertThat(file[0]).isIn((byte) 0x89, (byte) 0xff); // PNG as it was, JPEG for crops.
        assertThat(ImageIO.read(new ByteArrayInputStream(file))).isNotNull();
      }
    }
    assertThat(listener.warnings()).contains("empty.jpg is left out: an empty image");
  }

  @Test
  void lessThanThreeImagesAreTooFew() {
    assertThatThrownBy(() -> reader(files(1), ENOUGH).screening(new ImageSet()))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("at least three images");
  }
}
