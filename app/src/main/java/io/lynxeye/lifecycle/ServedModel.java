package io.lynxeye.lifecycle;

import io.lynxeye.batching.Backlog;
import io.lynxeye.batching.BatchOutput;
import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.BatchRunner;
import io.lynxeye.batching.Batcher;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.batching.RejectedException;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An available version: the model and the batcher in front of it. What a request holds on to. */
public final class ServedModel {

  private final LoadedModel model;
  private final BatchPolicy policy;
  private final Batcher<Sample, ModelOutput> batcher;
  private final Backlog backlog;

  ServedModel(LoadedModel model, BatchPolicy policy, NanoClock clock) {
    this.model = model;
    this.policy = policy;
    this.batcher = new Batcher<>(id(model).toString(), wide(policy), new Runner(), clock);
    this.backlog = new Backlog(policy.queueCapacity(), this::seats, clock);
  }

  /**
   * The backlog is the narrower bound, for it is met before a picture is decoded: while the engine
   * runs less than it could, more than the queue's capacity may wait.
   */
  private static BatchPolicy wide(BatchPolicy policy) {
    return new BatchPolicy(
        policy.maxBatchSize(),
        policy.maxDelay(),
        policy.queueCapacity() + policy.workers() * policy.maxBatchSize(),
        policy.workers());
  }

  private final class Runner implements BatchRunner<Sample, ModelOutput> {

    @Override
    public List<ModelOutput> run(List<Sample> samples) throws InvalidInputException {
      boolean done = samples.size() == 1; // A batch of several that fails is run one by one.
      try {
        List<ModelOutput> outputs = model.run(samples);
        done = true;
        return outputs;
      } finally {
        if (done) {
          backlog.drained(samples.size());
        }
      }
    }

    @Override
    public void release(Sample sample) {
      sample.release();
    }
  }

  private static ModelId id(LoadedModel model) {
    return model.description().id();
  }

  public ModelId id() {
    return id(model);
  }

  public ModelDescription description() {
    return model.description();
  }

  /** How it runs best here, where that is known. */
  public Optional<Tuning> tuning() {
    return model.tuning();
  }

  /** How its jobs become batches; the workers as they were at the start. */
  public BatchPolicy policy() {
    return policy;
  }

  /** Engine calls that may run at once. */
  public int workers() {
    return batcher.workers();
  }

  /** Pictures that may be in the engine at once. */
  private int seats() {
    return batcher.workers() * policy.maxBatchSize();
  }

  /** Its requests on their way, from before they are decoded until they have their answer. */
  public Backlog backlog() {
    return backlog;
  }

  /** Samples that wait, those in the engine not counted. */
  public int queued() {
    return batcher.queued();
  }

  /** See {@link LoadedModel#prepare}. */
  public Sample prepare(ModelInput input) throws InvalidInputException {
    return input instanceof ModelInput.Picture picture
        ? model.prepare(picture.bytes())
        : model.prepare(((ModelInput.Tensor) input).values());
  }

  /**
   * Queues a sample. Never blocks. One that is taken in is released when nobody reads it any more.
   *
   * @throws RejectedException when it is not taken in; it is then the caller's to release
   */
  public CompletableFuture<BatchOutput<ModelOutput>> submit(Sample sample, long deadlineNanos) {
    return batcher.submit(sample, deadlineNanos);
  }

  /** On the manager's thread. */
  void scale(int workers) {
    batcher.scale(workers);
  }

  /**
   * Finishes what was accepted, then frees the model. If a call into the engine outlasts the time,
   * the model stays in memory until it ends: freeing it under a running call would crash the
   * process.
   *
   * @return whether everything accepted was finished
   */
  boolean drainAndClose(Duration atMost) throws InterruptedException {
    boolean drained = batcher.close(atMost);
    if (drained) {
      model.close();
    } else {
      Thread late = new Thread(this::closeLate, "late-" + id());
      late.setDaemon(true);
      late.start();
    }
    return drained;
  }

  private void closeLate() {
    try {
      batcher.awaitEnd();
      model.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
