/**
 * Scores images and tensors: resolves the model, decodes, submits to its batcher, collects the
 * results.
 */
package io.lynxeye.serving.scoring;
