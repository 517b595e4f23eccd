package io.lynxeye.serving.batching;

import java.util.List;

/** Runs batches. Called on worker threads, in parallel if the policy has several workers. */
@FunctionalInterface
public interface BatchRunner<I, O> {

  /**
   * Runs one batch.
   *
   * @return one output per input, in the same order
   */
  List<O> run(List<I> inputs) throws Exception;

  /**
   * Frees an input's memory, as no worker reads it any more. Called once for every accepted input,
   * whether it ran or not, on any thread.
   */
  default void release(I input) {}
}
