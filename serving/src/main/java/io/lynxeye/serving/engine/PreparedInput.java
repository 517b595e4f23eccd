package io.lynxeye.serving.engine;

/**
 * An input in the form that its model takes: pixels, tensors, or the image file for a model that
 * decodes in its graph. Made by {@link LoadedModel#prepare}; for the same model only.
 */
public interface PreparedInput {

  /** The memory that it holds, in bytes, but for what every object takes. */
  long bytes();

  /** Frees its memory. Called once, on any thread, after its last use. */
  default void release() {}
}
