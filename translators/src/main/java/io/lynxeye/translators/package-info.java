/**
 * Encoded images to model input, and model output to labelled predictions, for any DJL application.
 *
 * <p>{@link io.lynxeye.translators.ImageDecoder} decodes JPEG, PNG, GIF, BMP, TIFF and WebP, {@link
 * io.lynxeye.translators.preprocess.ImagePreprocessor} converts pixels to the floats a model
 * expects, {@link io.lynxeye.translators.postprocess.TopK} and {@link
 * io.lynxeye.translators.postprocess.Softmax} process its scores. None of them depends on DJL;
 * {@link io.lynxeye.translators.ImageScoringTranslatorFactory} combines them for DJL.
 */
package io.lynxeye.translators;
