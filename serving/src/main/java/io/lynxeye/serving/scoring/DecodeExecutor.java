package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.PreparedLimiter;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Runs the decoding of images. */
@FunctionalInterface
public interface DecodeExecutor {

  /**
   * Runs work soon on another thread; never blocks.
   *
   * @param model the model of the request
   * @param prepared limits the images of this model that are decoded ahead
   * @param answer the future that the work is for; once it has completed, the work may be skipped
   * @param work gets the permit for its prepared input, which it must close
   * @throws java.util.concurrent.RejectedExecutionException after the server has stopped
   */
  void execute(
      String model, PreparedLimiter prepared, CompletableFuture<?> answer, Consumer<Permit> work);
}
