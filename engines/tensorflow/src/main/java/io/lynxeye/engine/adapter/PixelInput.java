package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Numbers;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.BufferPool;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import io.lynxeye.translators.preprocess.Preprocessing.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pixels as numbers: the image is decoded, resized and normalised here, as the manifest says. An
 * input of integers gets the nearest ones; an input of one channel gets the luma of ITU-R BT.601.
 */
public final class PixelInput implements ImageInput {

  /** A direct buffer that holds one batch at a time and grows to the largest batch seen. */
  private static final class BatchBuffer {

    private ByteBuffer memory = ByteBuffer.allocateDirect(0);

    /** Returns the buffer limited to {@code bytes}; its old content is not cleared. */
    ByteBuffer ofSize(int bytes) {
      if (memory.capacity() < bytes) {
        memory = ByteBuffer.allocateDirect(bytes);
      }
      return memory.clear().limit(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** One image's values, in the order the model takes them; used again after the release. */
  private static final class Pixels implements Row {

    private final BufferPool<float[]> buffers;
    private float[] values;

    Pixels(BufferPool<float[]> buffers) {
      this.buffers = buffers;
      this.values = buffers.take();
    }

    synchronized float[] values() {
      return values;
    }

    @Override
    public synchronized long bytes() {
      return values == null ? 0 : (long) values.length * Float.BYTES;
    }

    @Override
    public synchronized void release() {
      if (values != null) {
        buffers.giveBack(values);
        values = null;
      }
    }
  }

  private final class PixelBatch implements Batch {

    private final BatchBuffer memory = batches.take();
    private final Tensor tensor;

    PixelBatch(List<Row> rows) {
      ByteBuffer bytes = memory.ofSize(Math.multiplyExact(rows.size(), numbers * type.bytes()));
      if (type == Datatype.FP32) {
        FloatBuffer floats = bytes.asFloatBuffer();
        rows.forEach(row -> floats.put(((Pixels) row).values(), 0, numbers));
      } else {
        rows.forEach(row -> convert(((Pixels) row).values(), bytes));
        bytes.flip();
      }
      this.tensor = Tensor.of(input.name(), type, shape(rows.size()), bytes);
    }

    private void convert(float[] values, ByteBuffer bytes) {
      for (int i = 0; i < numbers; i++) {
        Numbers.put(type, bytes, values[i]);
      }
    }

    @Override
    public Tensor tensor() {
      return tensor;
    }

    @Override
    public void close() {
      batches.giveBack(memory);
    }
  }

  private static final int REHEARSALS = 30;
  private static final int COLORS = 3;

  private final ImageDecoder decoder;
  private final TensorSpec input;
  private final Datatype type;
  private final ImagePreprocessor preprocessor;

  /** The shape of one image. */
  private final List<Long> sample;

  /** Numbers of one image. */
  private final int numbers;

  private final boolean isGray;
  private final Layout layout;
  private final BufferPool<float[]> buffers;
  private final BufferPool<BatchBuffer> batches = new BufferPool<>(BatchBuffer::new);

  private PixelInput(
      ImageDecoder decoder, TensorSpec input, Preprocessing preprocessing, boolean isGray) {
    this.decoder = decoder;
    this.input = input;
    this.type = input.datatype().orElse(Datatype.FP32);
    this.preprocessor = new ImagePreprocessor(preprocessing);
    this.layout = preprocessing.layout();
    this.isGray = isGray;
    this.sample = sample(preprocessing, isGray, input);
    this.numbers = Math.toIntExact(sample.stream().reduce(1L, (a, b) -> a * b));
    this.buffers = new BufferPool<>(() -> new float[preprocessing.sampleFloats()]);
  }

  /**
   * Creates the input that the manifest describes.
   *
   * @param input the model's input, as far as it is known, batch dimension first
   * @param usual the layout unless the manifest or the input's shape says otherwise
   * @throws ModelLoadException when the manifest does not fit the input
   */
  public static PixelInput of(
      ImageDecoder decoder, ModelManifest manifest, TensorSpec input, String usual)
      throws ModelLoadException {
    List<Long> shape = input.shape().orElse(List.of());
    Preprocessing preprocessing =
        PreprocessingKeys.read(manifest.arguments(), layout(shape, usual), shape);
    boolean isGray =
        PreprocessingKeys.isGray(manifest.arguments())
            || shape.size() == 3
            || (shape.size() == 4 && shape.get(preprocessing.layout() == Layout.NHWC ? 3 : 1) == 1);
    PixelInput pixels = new PixelInput(decoder, input, preprocessing, isGray);
    List<Long> rows = pixels.shape(input.rows() > 0 ? Math.toIntExact(input.rows()) : 1);
    if (!input.fits(rows)) {
      throw new ModelLoadException(
          "its input takes %s per image, but %s describes %s: set width, height and layout"
              .formatted(shape, ModelManifest.FILE, pixels.sample));
    }
    return pixels;
  }

  /** The layout that the shape shows, if only one of two dimensions can be the channels. */
  private static String layout(List<Long> shape, String usual) {
    boolean last = shape.size() == 4 && isChannels(shape.get(3));
    boolean first = shape.size() == 4 && isChannels(shape.get(1));
    return last == first ? usual : last ? Layout.NHWC.name() : Layout.NCHW.name();
  }

  private static boolean isChannels(long size) {
    return size == 1 || size == COLORS;
  }

  private static List<Long> sample(Preprocessing image, boolean isGray, TensorSpec input) {
    long height = image.height();
    long width = image.width();
    if (isGray && input.shape().filter(shape -> shape.size() == 3).isPresent()) {
      return List.of(height, width);
    }
    long channels = isGray ? 1 : COLORS;
    return image.layout() == Layout.NHWC
        ? List.of(height, width, channels)
        : List.of(channels, height, width);
  }

  private List<Long> shape(int images) {
    return Stream.concat(Stream.of((long) images), sample.stream()).toList();
  }

  /** The input as its images fill it: {@code float [-1, 3, 224, 224]}. */
  public TensorSpec spec() {
    return new TensorSpec(input.name(), type.tensorFlowType(), Optional.of(shape(-1)));
  }

  @Override
  public Row prepare(byte[] body) throws InvalidInputException {
    Pixels pixels = new Pixels(buffers);
    try {
      decoder.decode(body, preprocessor, FloatBuffer.wrap(pixels.values()));
      if (isGray) {
        mixColors(pixels.values());
      }
      return pixels;
    } catch (InvalidImageException e) {
      pixels.release();
      throw new InvalidInputException(e.getMessage());
    }
  }

  /** In place: a pixel's luma is never written behind colours that are still to be read. */
  private void mixColors(float[] values) {
    int step = layout == Layout.NHWC ? COLORS : 1;
    int next = layout == Layout.NHWC ? 1 : numbers;
    for (int i = 0; i < numbers; i++) {
      int red = i * step;
      values[i] =
          0.299f * values[red] + 0.587f * values[red + next] + 0.114f * values[red + 2 * next];
    }
  }

  @Override
  public Optional<Row> prepare(Tensor tensor) {
    if (type != Datatype.FP32 || !tensor.shape().equals(shape(1))) {
      return Optional.empty();
    }
    Pixels pixels = new Pixels(buffers);
    float[] values = tensor.floats();
    System.arraycopy(values, 0, pixels.values(), 0, numbers);
    return Optional.of(pixels);
  }

  @Override
  public boolean isDecodedInGraph() {
    return false;
  }

  @Override
  public Row blank() {
    return new Pixels(new BufferPool<>(() -> new float[numbers])); // Reused arrays are not cleared.
  }

  @Override
  public void rehearse() {
    byte[] image = SampleImages.read().get(0);
    try {
      for (int i = 0; i < REHEARSALS; i++) {
        prepare(image).release();
      }
    } catch (InvalidInputException e) {
      // The sample is larger than this server accepts: then its images are small, and the decoder
      // warms up by itself.
    }
  }

  @Override
  public Batch batch(List<Row> rows) {
    return new PixelBatch(rows);
  }
}
