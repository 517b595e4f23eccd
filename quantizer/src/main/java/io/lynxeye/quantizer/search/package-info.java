/** Ranges of activations, comparison of models on images, and the layers that stay in float32. */
package io.lynxeye.quantizer.search;
