/**
 * Encoded pictures to model input, and model output to labelled predictions.
 *
 * <p>{@link io.lynxeye.translators.ImageDecoder} turns JPEG, PNG, GIF, BMP or WebP bytes into
 * pixels, {@link io.lynxeye.translators.ImagePreprocessor} turns pixels into the floats a model
 * expects, {@link io.lynxeye.translators.TopK} and {@link io.lynxeye.translators.Softmax} read its
 * scores. None of these knows DJL; {@link io.lynxeye.translators.ImageScoringTranslatorFactory}
 * offers them to any DJL application.
 */
package io.lynxeye.translators;
