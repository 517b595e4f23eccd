/** Decodes JPEG at a scale with the libjpeg-turbo inside TensorFlow's library. */
package io.lynxeye.engine.jpeg;
