/** Converts requests to a model's input tensor, and its output tensors to results. */
package io.lynxeye.engine.adapter;
