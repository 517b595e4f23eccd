package io.lynxeye.serving.scoring;

import java.util.concurrent.CompletableFuture;

/** Runs the decoding of images. */
@FunctionalInterface
public interface DecodeExecutor {

  /**
   * Runs work soon on another thread; never blocks.
   *
   * @param model the model of the request
   * @param answer the future that the work is for; once it has completed, the work may be skipped
   * @throws java.util.concurrent.RejectedExecutionException after the server has stopped
   */
  void execute(String model, CompletableFuture<?> answer, Runnable work);
}
