/** Compares models on images, and chooses the layers that stay in float32. */
package io.lynxeye.quantizer.search;
