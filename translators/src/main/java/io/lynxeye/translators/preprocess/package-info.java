/** Resizes and normalises an image into the values that a model takes. */
package io.lynxeye.translators.preprocess;
