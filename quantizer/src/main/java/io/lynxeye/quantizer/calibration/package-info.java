/** Which values the activations of a model have on images. */
package io.lynxeye.quantizer.calibration;
