package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.BufferPool;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Float pixels: the image is decoded, resized and normalised here, as the manifest says. */
public final class PixelInput implements InputAdapter {

  /** A direct buffer that holds one batch at a time and grows to the largest batch seen. */
  private static final class BatchBuffer {

    private ByteBuffer memory = ByteBuffer.allocateDirect(0);

    /**
     * Returns the buffer limited to {@code bytes}, in native byte order; its old content is not
     * cleared.
     */
    ByteBuffer ofSize(int bytes) {
      if (memory.capacity() < bytes) {
        memory = ByteBuffer.allocateDirect(bytes);
      }
      return memory.clear().limit(bytes).order(ByteOrder.nativeOrder());
    }
  }

  /** One image's floats, in the order the model takes them; used again after the release. */
  private static final class Pixels implements PreparedInput {

    private final BufferPool<float[]> buffers;
    private float[] values;

    Pixels(BufferPool<float[]> buffers) {
      this.buffers = buffers;
      this.values = buffers.take();
    }

    void fill(float[] from) {
      System.arraycopy(from, 0, values, 0, from.length);
    }

    synchronized FloatBuffer floats() {
      return FloatBuffer.wrap(values);
    }

    @Override
    public synchronized void release() {
      if (values != null) {
        buffers.giveBack(values);
        values = null;
      }
    }
  }

  private static final int REHEARSALS = 30;

  private final ImageDecoder decoder;
  private final ImagePreprocessor preprocessor;
  private final int sampleFloats;
  private final Shape sampleShape;
  private final BufferPool<float[]> buffers;
  private final BufferPool<BatchBuffer> batches = new BufferPool<>(BatchBuffer::new);

  private PixelInput(ImageDecoder decoder, Preprocessing preprocessing, Shape sampleShape) {
    this.decoder = decoder;
    this.preprocessor = new ImagePreprocessor(preprocessing);
    this.sampleFloats = preprocessing.sampleFloats();
    this.sampleShape = sampleShape;
    this.buffers = new BufferPool<>(() -> new float[sampleFloats]);
  }

  /**
   * Creates the input of a model whose signature describes it.
   *
   * @param shape the input's shape in the signature, batch dimension first
   * @throws ModelLoadException when the manifest's preprocessing is missing or does not fit
   */
  public static PixelInput of(ImageDecoder decoder, ModelManifest manifest, List<Long> shape)
      throws ModelLoadException {
    boolean isKnown = shape.size() == 4 && shape.get(1) > 0 && shape.get(2) > 0;
    PreprocessingKeys.require(
        manifest, isKnown ? "width=%d, height=%d".formatted(shape.get(2), shape.get(1)) : "");
    Preprocessing preprocessing = PreprocessingKeys.read(manifest.arguments());
    Shape sample = shape(preprocessing);
    if (!fits(shape, sample)) {
      throw new ModelLoadException(
          "its input takes %s per image, but %s describes %s: set width, height and layout"
              .formatted(shape, ModelManifest.FILE, sample));
    }
    return new PixelInput(decoder, preprocessing, sample);
  }

  /**
   * Creates the input of a model that does not describe it: the manifest does. The default layout
   * is NCHW, as is usual with ONNX and TorchScript.
   *
   * @throws ModelLoadException when the manifest's preprocessing is missing or wrong
   */
  public static PixelInput ofUnknownShape(ImageDecoder decoder, ModelManifest manifest)
      throws ModelLoadException {
    PreprocessingKeys.require(manifest, "");
    Map<String, String> arguments = new HashMap<>(manifest.arguments());
    arguments.putIfAbsent("layout", "NCHW");
    Preprocessing preprocessing = PreprocessingKeys.read(arguments);
    return new PixelInput(decoder, preprocessing, shape(preprocessing));
  }

  /** Returns type and shape in the form {@code float [-1, 3, 224, 224]}. */
  public String describe() {
    TensorSpec spec = spec("");
    return spec.type() + " " + spec.shape().orElseThrow();
  }

  /** Describes the input tensor under this name, from the manifest. */
  public TensorSpec spec(String name) {
    Shape shape = new Shape(-1).addAll(sampleShape);
    return new TensorSpec(
        name, "float", Optional.of(Arrays.stream(shape.getShape()).boxed().toList()));
  }

  private static Shape shape(Preprocessing preprocessing) {
    int width = preprocessing.width();
    int height = preprocessing.height();
    return switch (preprocessing.layout()) {
      case NHWC -> new Shape(height, width, 3);
      case NCHW -> new Shape(3, height, width);
    };
  }

  private static boolean fits(List<Long> shape, Shape sample) {
    if (shape.size() != sample.dimension() + 1) {
      return false;
    }
    for (int i = 0; i < sample.dimension(); i++) {
      long size = shape.get(i + 1);
      if (size >= 0 && size != sample.get(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public PreparedInput prepare(byte[] body) throws InvalidInputException {
    Pixels sample = new Pixels(buffers);
    try {
      decoder.decode(body, preprocessor, sample.floats());
      return sample;
    } catch (InvalidImageException e) {
      sample.release();
      throw new InvalidInputException(e.getMessage());
    }
  }

  @Override
  public PreparedInput prepare(float[] values) throws InvalidInputException {
    if (values.length != sampleFloats) {
      throw new InvalidInputException(
          "the input has %d values, but this model takes %s: %d per image"
              .formatted(values.length, describe(), sampleFloats));
    }
    Pixels sample = new Pixels(buffers);
    sample.fill(values);
    return sample;
  }

  @Override
  public boolean isDecodedInGraph() {
    return false;
  }

  @Override
  public PreparedInput blank() {
    return new Pixels(
        new BufferPool<>(() -> new float[sampleFloats])); // Reused arrays are not cleared.
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
  public NDArray tensor(NDManager manager, List<PreparedInput> samples) {
    BatchBuffer batch = batches.take();
    ByteBuffer bytes = batch.ofSize(Math.multiplyExact(samples.size(), sampleFloats * Float.BYTES));
    FloatBuffer floats = bytes.asFloatBuffer();
    samples.forEach(sample -> floats.put(((Pixels) sample).floats()));
    Shape shape = new Shape(samples.size()).addAll(sampleShape);
    // Released at the end of the call: TensorFlow copies its input, other engines do not.
    manager.attachInternal("batch", () -> batches.giveBack(batch));
    return manager.create(bytes, shape, DataType.FLOAT32);
  }
}
