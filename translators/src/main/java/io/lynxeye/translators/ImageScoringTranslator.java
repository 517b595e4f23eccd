package io.lynxeye.translators;

import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.postprocess.Postprocessing;
import io.lynxeye.translators.preprocess.Arguments;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import io.lynxeye.translators.preprocess.Preprocessing.Layout;
import io.lynxeye.translators.preprocess.PreprocessingParser;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Scores images with any DJL model that takes one float tensor and returns one score per class.
 *
 * <p>A whole batch becomes one float32 tensor, from one direct buffer and without any tensor
 * arithmetic. Of several outputs, the scores are found by name, never by position; a classification
 * has the {@code topK} best classes, best first. Labels come from the model's {@code synset.txt}
 * when a predictor is created.
 *
 * <p>An image that cannot be decoded fails its whole batch with a {@link TranslateException} whose
 * message is that of the {@link InvalidImageException}. Thread-safe.
 *
 * @param <I> the type of an image
 * @param <O> the type of a classification
 */
public final class ImageScoringTranslator<I, O> implements Translator<I, O> {

  /** Writes the floats of one model input. */
  private interface InputWriter<I> {
    void write(I input, TranslatorContext context, FloatBuffer floats) throws InvalidImageException;
  }

  private final Preprocessing preprocessing;
  private final ScoreReader scores;
  private final InputWriter<I> writer;
  private final Function<Classifications, O> wrapper;

  private ImageScoringTranslator(
      Preprocessing preprocessing,
      ScoreReader scores,
      InputWriter<I> writer,
      Function<Classifications, O> wrapper) {
    this.preprocessing = preprocessing;
    this.scores = scores;
    this.writer = writer;
    this.wrapper = wrapper;
  }

  /** Reads {@link Preprocessing} and {@link Postprocessing}; lists the problems of both. */
  private static <I, O> ImageScoringTranslator<I, O> create(
      Map<String, ?> arguments,
      Function<ImagePreprocessor, InputWriter<I>> writer,
      Function<Classifications, O> wrapper) {
    Arguments reader = new Arguments(arguments);
    Preprocessing preprocessing = PreprocessingParser.parse(reader);
    Postprocessing postprocessing = Postprocessing.parse(reader);
    reader.check();
    return new ImageScoringTranslator<>(
        preprocessing,
        new ScoreReader(postprocessing),
        writer.apply(new ImagePreprocessor(preprocessing)),
        wrapper);
  }

  /**
   * Creates a translator for encoded images, such as the bytes of a JPEG file.
   *
   * @param arguments see {@link Preprocessing#from} and {@link Postprocessing#from}
   * @throws IllegalArgumentException listing every problem of the arguments
   */
  public static ImageScoringTranslator<byte[], Classifications> forBytes(
      Map<String, ?> arguments, ImageDecoder decoder) {
    return create(
        arguments,
        preprocessor -> (bytes, context, floats) -> decoder.decode(bytes, preprocessor, floats),
        Function.identity());
  }

  /**
   * Creates a translator for model servers: the encoded image is the input's content {@code data},
   * or its first content; the output is a JSON array of {@code className} and {@code probability}.
   *
   * @param arguments see {@link Preprocessing#from} and {@link Postprocessing#from}
   * @throws IllegalArgumentException listing every problem of the arguments
   */
  public static ImageScoringTranslator<Input, Output> forServing(
      Map<String, ?> arguments, ImageDecoder decoder) {
    return create(
        arguments,
        preprocessor ->
            (input, context, floats) -> decoder.decode(content(input), preprocessor, floats),
        ImageScoringTranslator::json);
  }

  /**
   * Creates a translator for images that DJL has decoded.
   *
   * @param arguments see {@link Preprocessing#from} and {@link Postprocessing#from}
   * @throws IllegalArgumentException listing every problem of the arguments
   */
  public static ImageScoringTranslator<Image, Classifications> forImages(Map<String, ?> arguments) {
    return create(
        arguments,
        preprocessor ->
            (image, context, floats) -> preprocessor.preprocess(pixels(image, context), floats),
        Function.identity());
  }

  private static byte[] content(Input input) {
    BytesSupplier data = input.getData();
    return data == null ? new byte[0] : data.getAsBytes();
  }

  private static RgbImage pixels(Image image, TranslatorContext context) {
    try (NDArray array = image.toNDArray(context.getNDManager(), Image.Flag.COLOR)) {
      return new RgbImage(image.getWidth(), image.getHeight(), array.toByteArray());
    }
  }

  private static Output json(Classifications classifications) {
    Output output = new Output();
    output.add(classifications);
    output.addProperty("Content-Type", "application/json");
    return output;
  }

  /** Loads the labels; DJL calls this for every new predictor. */
  @Override
  public void prepare(TranslatorContext context) throws TranslateException {
    scores.loadLabels(context.getModel());
  }

  @Override
  public NDList processInput(TranslatorContext context, I input) throws TranslateException {
    return tensor(context, List.of(input), inputShape());
  }

  @Override
  public NDList batchProcessInput(TranslatorContext context, List<I> inputs)
      throws TranslateException {
    return tensor(context, inputs, new Shape(inputs.size()).addAll(inputShape()));
  }

  private Shape inputShape() {
    int width = preprocessing.width();
    int height = preprocessing.height();
    return preprocessing.layout() == Layout.NHWC
        ? new Shape(height, width, 3)
        : new Shape(3, height, width);
  }

  private NDList tensor(TranslatorContext context, List<I> inputs, Shape shape)
      throws TranslateException {
    int bytes = Math.multiplyExact(4 * inputs.size(), preprocessing.sampleFloats());
    ByteBuffer buffer = context.getNDManager().allocateDirect(bytes);
    FloatBuffer floats = buffer.asFloatBuffer();
    try {
      for (I input : inputs) {
        writer.write(input, context, floats);
      }
    } catch (InvalidImageException e) {
      throw new TranslateException(e.getMessage(), e);
    }
    return new NDList(context.getNDManager().create(buffer, shape, DataType.FLOAT32));
  }

  @Override
  public O processOutput(TranslatorContext context, NDList list) throws TranslateException {
    return wrapper.apply(scores.read(list, 1).get(0));
  }

  @Override
  public List<O> batchProcessOutput(TranslatorContext context, NDList list)
      throws TranslateException {
    int rows = Math.toIntExact(scores.choose(list).getShape().get(0));
    return scores.read(list, rows).stream().map(wrapper).toList();
  }
}
