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
}
