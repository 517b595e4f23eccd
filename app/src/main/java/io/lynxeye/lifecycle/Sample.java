package io.lynxeye.lifecycle;

/**
 * One request's input in the form its model takes: pixels, or the picture's bytes for a model that
 * decodes in its graph. Made by {@link LoadedModel#prepare}, understood by the same model only.
 */
public interface Sample {

  /** Gives its memory back; nobody reads it afterwards. Called once, on any thread. */
  default void release() {}
}
