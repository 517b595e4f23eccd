package io.lynxeye.fakes;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.lifecycle.NotNumbersException;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A model of {@link #CLASSES} classes without an engine. A body is text: a number is the class it
 * "shows", {@code bad} is no picture, {@code crash} makes the engine call throw, {@code content}
 * makes the model say something that is no scores, {@code tensors} two outputs that are none,
 * {@code huge} makes scores that are no numbers. Of a tensor of {@link #VALUES} values the first is
 * the class, or huge. The engine can be held, and the decoder, so that a test decides when a call
 * ends.
 */
public final class FakeModel implements LoadedModel {

  public static final int CLASSES = 10;
  public static final int VALUES = 12;

  public static final ModelSignature SIGNATURE =
      new ModelSignature(
          ModelSignature.DEFAULT,
          spec("pixels", "float", -1L, 2L, 2L, 3L),
          true,
          List.of(spec("scores", "float", -1L, (long) CLASSES)));

  /** What a body became. */
  private final class Text implements Sample {

    private final String text;
    private final AtomicBoolean given = new AtomicBoolean();

    Text(String text) {
      this.text = text;
    }

    @Override
    public void release() {
      if (!given.compareAndSet(false, true)) {
        misused.incrementAndGet();
      }
      released.incrementAndGet();
    }
  }

  private final ModelDescription description;
  private final Semaphore engine = new Semaphore(Integer.MAX_VALUE / 2);
  private final Semaphore entered = new Semaphore(0);
  private final Semaphore decoder = new Semaphore(Integer.MAX_VALUE / 2);
  private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  private final List<Integer> warmUps = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private volatile boolean warmUpFails;
  private volatile Throwable crash;
  private final AtomicInteger prepared = new AtomicInteger();
  private final AtomicInteger samples = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger misused = new AtomicInteger();

  private static final ModelOutput.Tensor MASK =
      new ModelOutput.Tensor(spec("mask", "uint8", 1L, 2L, 2L), new byte[] {1, 2, 3, (byte) 255});

  private static final ModelOutput.Tensor FOUND =
      new ModelOutput.Tensor(spec("found", "bool", 1L), new byte[] {1});

  private static TensorSpec spec(String name, String type, Long... sizes) {
    return new TensorSpec(name, type, Optional.of(List.of(sizes)));
  }

  public FakeModel(ModelId id) {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "label " + i).toList();
    this.description =
        new ModelDescription(
            id,
            "Fake 1.0",
            "cpu",
            "fp32",
            SIGNATURE.input().toString(),
            TensorSpec.describe(SIGNATURE.outputs()),
            SIGNATURE,
            labels,
            5);
  }

  /** From now on, every engine call waits for a {@link #release}. */
  public FakeModel hold() {
    engine.drainPermits();
    return this;
  }

  /** Lets so many engine calls through. */
  public void release(int calls) {
    engine.release(calls);
  }

  /** Waits until one more engine call has begun. */
  public void awaitCall() throws InterruptedException {
    entered.acquire();
  }

  /** From now on, every decode waits for a {@link #releaseDecodes}. */
  public FakeModel holdDecodes() {
    decoder.drainPermits();
    return this;
  }

  /** Lets so many decodes through. */
  public void releaseDecodes(int decodes) {
    decoder.release(decodes);
  }

  public FakeModel failWarmUp() {
    warmUpFails = true;
    return this;
  }

  /** From now on, warming up and closing throw this. */
  public FakeModel crash(Throwable crash) {
    this.crash = crash;
    return this;
  }

  /** How many bodies were decoded, or tried to. */
  public int prepared() {
    return prepared.get();
  }

  /** How many samples are held: made and not released yet. */
  public int samples() {
    return samples.get() - released.get();
  }

  /** How many samples were released. */
  public int released() {
    return released.get();
  }

  /** How many samples were released twice, or run after that. */
  public int misused() {
    return misused.get();
  }

  /** The size of each engine call that was begun, in order; warm-ups not among them. */
  public List<Integer> batchSizes() {
    return batchSizes;
  }

  /** The batch sizes that were warmed, in order. */
  public List<Integer> warmUps() {
    return warmUps;
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Sample prepare(byte[] body) throws InvalidInputException {
    prepared.incrementAndGet();
    decoder.acquireUninterruptibly();
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.startsWith("bad")) {
      throw new InvalidInputException("this is not a picture; send one");
    }
    samples.incrementAndGet();
    return new Text(text);
  }

  @Override
  public Sample prepare(float[] values) throws InvalidInputException {
    if (values.length != VALUES) {
      throw new InvalidInputException("the input has " + values.length + " values, not " + VALUES);
    }
    String text = values[0] > 1e30f ? "huge" : Integer.toString((int) values[0]);
    return prepare(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<ModelOutput> run(List<Sample> batch) {
    if (closed) {
      throw new IllegalStateException("called after it was closed");
    }
    batchSizes.add(batch.size());
    entered.release();
    engine.acquireUninterruptibly();
    return batch.stream().map(sample -> output((Text) sample)).toList();
  }

  private ModelOutput output(Text sample) {
    if (sample.given.get()) {
      misused.incrementAndGet();
    }
    return output(sample.text);
  }

  private static ModelOutput output(String text) {
    return switch (text) {
      case "content" ->
          new ModelOutput.Content(
              "text/x-fake", "made by the model".getBytes(StandardCharsets.UTF_8));
      case "tensors" -> new ModelOutput.Tensors(List.of(MASK, FOUND));
      default -> new ModelOutput.Scores(scores(text));
    };
  }

  /** 0.91 for the class shown, 0.01 for each other. */
  private static float[] scores(String text) {
    if (text.equals("crash")) {
      throw new IllegalStateException("secret detail of the engine");
    }
    if (text.equals("huge")) {
      throw new NotNumbersException("the model's scores are not numbers");
    }
    float[] scores = new float[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      scores[i] = Integer.toString(i).equals(text) ? 0.91f : 0.01f;
    }
    return scores;
  }

  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    if (warmUpFails) {
      throw new InvalidInputException("the warm-up failed");
    }
    throwCrash();
    warmUps.add(batchSize);
  }

  @Override
  public void close() {
    closed = true;
    throwCrash();
  }

  private void throwCrash() {
    if (crash instanceof Error error) {
      throw error;
    }
    if (crash instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
