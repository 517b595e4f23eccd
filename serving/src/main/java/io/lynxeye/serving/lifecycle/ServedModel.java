package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.admission.ModelLimiter;
import io.lynxeye.serving.admission.PreparedLimiter;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.batching.BatchOutput;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.BatchRunner;
import io.lynxeye.serving.batching.Batcher;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A version that serves requests: the model, the limiter and the batcher in front of it. */
public final class ServedModel {

  /** So that light models, which take many small batches a second, do not wait for the decoder. */
  private static final int MIN_AHEAD = 16;

  private final LoadedModel model;
  private final BatchPolicy policy;
  private final Batcher<PreparedInput, ModelOutput> batcher;
  private final ModelLimiter limiter;
  private final PreparedLimiter prepared = new PreparedLimiter(this::maxPrepared);

  /** Those who decode or score aside read, the end of the model writes. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  /** Guarded by {@link #use}. */
  private boolean isClosed;

  ServedModel(LoadedModel model, BatchPolicy policy, NanoClock clock) {
    this.model = model;
    this.policy = policy;
    this.batcher = new Batcher<>(id(model).toString(), policy, new Runner(), clock);
    this.limiter = new ModelLimiter(policy.queueCapacity(), this::concurrency, clock::nanoTime);
  }

  private final class Runner implements BatchRunner<PreparedInput, ModelOutput> {

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
      boolean done = samples.size() == 1; // If a batch of several fails, its jobs run one by one.
      try {
        List<ModelOutput> outputs = model.run(samples);
        done = true;
        return outputs;
      } finally {
        if (done) {
          limiter.completed(samples.size());
        }
      }
    }

    @Override
    public void release(PreparedInput sample) {
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

  /** The best settings on this machine, where they are known. */
  public Optional<Tuning> tuning() {
    return model.tuning();
  }

  /** Its batching policy, with the initial number of workers. */
  public BatchPolicy policy() {
    return policy;
  }

  /** Whether its workers still run; also true once it is drained. */
  public boolean isAlive() {
    return batcher.isAlive();
  }

  /** Inference calls that may run in parallel. */
  public int workers() {
    return batcher.workers();
  }

  /** Images that may be in the engine at the same time. */
  private int concurrency() {
    return batcher.workers() * policy.maxBatchSize();
  }

  /** As many as the engine takes at once, and as many that wait for it. */
  private int maxPrepared() {
    return concurrency() + Math.max(concurrency(), MIN_AHEAD);
  }

  /** Limits the images that are decoded and not scored yet. */
  public PreparedLimiter prepared() {
    return prepared;
  }

  /** Grants the permits that images need before they are decoded and submitted. */
  public ModelLimiter limiter() {
    return limiter;
  }

  /** Waiting images, decoded or not, without those in the engine or the decoder. */
  public int queued() {
    return batcher.queued() + Math.max(0, limiter.inFlight() - prepared.inUse());
  }

  /**
   * See {@link LoadedModel#prepare}.
   *
   * @throws RejectedException {@code DRAINING} if the model is closed, or if tensors were checked
   *     against the signature of another version, which this one does not have
   */
  public PreparedInput prepare(ModelInput input) throws InvalidInputException {
    return whileOpen(() -> prepareOpen(input));
  }

  /**
   * Scores one input on the calling thread, past the queue: it takes no permit and no place in a
   * batch, and does not count in the estimate of the throughput. An unload does not wait for it,
   * but the memory is freed only after it.
   *
   * @throws RejectedException as {@link #prepare}
   */
  public ModelOutput scoreAside(ModelInput input) throws InvalidInputException {
    return whileOpen(
        () -> {
          PreparedInput sample = prepareOpen(input);
          try {
            return model.run(List.of(sample)).get(0);
          } finally {
            sample.release();
          }
        });
  }

  /** A use of the model, which may refuse its input. */
  @FunctionalInterface
  private interface Use<T> {
    T make() throws InvalidInputException;
  }

  private <T> T whileOpen(Use<T> making) throws InvalidInputException {
    use.readLock().lock();
    try {
      if (isClosed) {
        throw new RejectedException(RejectedException.Reason.DRAINING);
      }
      return making.make();
    } finally {
      use.readLock().unlock();
    }
  }

  private PreparedInput prepareOpen(ModelInput input) throws InvalidInputException {
    if (input instanceof ModelInput.Image image) {
      return model.prepare(image.bytes());
    }
    ModelInput.Tensors tensors = (ModelInput.Tensors) input;
    if (!description().signatures().contains(tensors.signature())) {
      throw new RejectedException(RejectedException.Reason.DRAINING);
    }
    return model.prepare(tensors);
  }

  /**
   * Queues a sample, for which the caller holds a permit. Never blocks. An accepted sample is
   * released once no worker reads it.
   *
   * @throws RejectedException if it is not accepted; the caller then releases it
   */
  public CompletableFuture<BatchOutput<ModelOutput>> submit(
      PreparedInput sample, long deadlineNanos) {
    return batcher.submit(sample, deadlineNanos);
  }

  /** Changes the number of workers. Called on the manager's thread. */
  void scale(int workers) {
    batcher.scale(workers);
  }

  /**
   * Finishes the accepted jobs, also those that are not decoded yet, then frees the model. If an
   * inference call or a decode outlasts the time, the model stays in memory until it ends: freeing
   * it earlier would crash the process. Images that are not decoded by then are rejected.
   *
   * @return whether all accepted jobs finished
   */
  boolean drainAndClose(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    limiter.awaitIdle(atMost);
    boolean drained = batcher.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    if (!drained || !closeIfUnused()) {
      Thread late = new Thread(this::closeLate, "late-" + id());
      late.setDaemon(true);
      late.start();
    }
    return drained;
  }

  /** Returns whether no image is being decoded or scored aside, and the model is closed. */
  private boolean closeIfUnused() {
    boolean isUnused = use.writeLock().tryLock();
    if (isUnused) {
      closeLocked();
    }
    return isUnused;
  }

  private void closeLate() {
    try {
      batcher.awaitEnd();
      use.writeLock().lock();
      closeLocked();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeLocked() {
    try {
      isClosed = true;
      model.close();
    } finally {
      use.writeLock().unlock();
    }
  }
}
