package io.lynxeye.batching;

import java.util.List;

/**
 * Runs one batch. Called on a worker thread, by several workers at once if the policy has several.
 */
@FunctionalInterface
public interface BatchRunner<I, O> {

  /**
   * Runs the batch.
   *
   * @return one output per input, in the same order
   */
  List<O> run(List<I> inputs) throws Exception;

  /**
   * Gives an input's memory back: no worker reads it any more. Called once for every input that was
   * taken in, whether it ran or not, on whatever thread let go of it last.
   */
  default void release(I input) {}
}
