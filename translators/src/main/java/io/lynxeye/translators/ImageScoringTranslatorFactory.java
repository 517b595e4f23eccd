package io.lynxeye.translators;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Creates {@link ImageScoringTranslator}s. Name it in a model's {@code serving.properties} as
 * {@code translatorFactory=io.lynxeye.translators.ImageScoringTranslatorFactory}, or pass it to
 * DJL's Criteria.
 *
 * <p>Supported types: {@code Input} to {@code Output}, {@code byte[]} to {@code Classifications},
 * {@code Image} to {@code Classifications}. Each factory has its own decoder with the {@link
 * DecodeLimits#defaults() default limits}.
 */
public final class ImageScoringTranslatorFactory implements TranslatorFactory {

  private static final Pair<Type, Type> SERVING = new Pair<>(Input.class, Output.class);
  private static final Pair<Type, Type> BYTES = new Pair<>(byte[].class, Classifications.class);
  private static final Pair<Type, Type> IMAGES = new Pair<>(Image.class, Classifications.class);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(SERVING, BYTES, IMAGES);
  }

  /**
   * Creates a translator.
   *
   * @throws TranslateException when an argument is wrong; lists every problem
   * @throws IllegalArgumentException when the types are not supported
   */
  @Override
  @SuppressWarnings("unchecked") // the classes were compared
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
      throws TranslateException {
    return (Translator<I, O>) create(new Pair<>(input, output), arguments);
  }

  private Translator<?, ?> create(Pair<Type, Type> types, Map<String, ?> arguments)
      throws TranslateException {
    if (!getSupportedTypes().contains(types)) {
      throw new IllegalArgumentException("No translator from and to " + types);
    }
    try {
      if (types.equals(SERVING)) {
        return ImageScoringTranslator.forServing(arguments, decoder);
      }
      return types.equals(BYTES)
          ? ImageScoringTranslator.forBytes(arguments, decoder)
          : ImageScoringTranslator.forImages(arguments);
    } catch (IllegalArgumentException e) {
      throw new TranslateException("Wrong translator arguments: " + e.getMessage(), e);
    }
  }
}
