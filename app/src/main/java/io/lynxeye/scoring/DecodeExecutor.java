package io.lynxeye.scoring;

import java.util.concurrent.CompletableFuture;

/** Where the decoding is done. */
@FunctionalInterface
public interface DecodeExecutor {

  /**
   * Has work done on another thread, soon; never blocks.
   *
   * @param model whose request it is
   * @param answer what it is done for; once that has ended, the work need not be done
   * @throws java.util.concurrent.RejectedExecutionException after the end of the server
   */
  void execute(String model, CompletableFuture<?> answer, Runnable work);
}
