package io.lynxeye.quantizer.search;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs models on many inputs: one caller per core. */
public final class Runs implements AutoCloseable {

  private static final int BATCH = 8;

  private final int callers;
  private final ExecutorService threads;

  /**
   * @param callers how many inference calls run at once
   */
  public Runs(int callers) {
    this.callers = callers;
    this.threads = Executors.newFixedThreadPool(callers);
  }

  /** Passes the output for each input to a consumer, in any order and from several threads. */
  public void each(LoadedModel model, List<PreparedInput> inputs, Consumer<ModelOutput> consumer)
      throws InterruptedException {
    all(model, inputs).forEach(consumer);
  }

  /** The class scores of each input. */
  public List<float[]> scores(LoadedModel model, List<PreparedInput> inputs)
      throws InterruptedException {
    return all(model, inputs).stream()
        .map(output -> ((ModelOutput.Tensors) output).scores().orElseThrow().values())
        .toList();
  }

  private List<ModelOutput> all(LoadedModel model, List<PreparedInput> inputs)
      throws InterruptedException {
    int size = Math.min(BATCH, model.maxBatchSize());
    List<Future<List<ModelOutput>>> parts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i += size) {
      List<PreparedInput> part = inputs.subList(i, Math.min(inputs.size(), i + size));
      parts.add(threads.submit(() -> model.run(part)));
    }
    List<ModelOutput> outputs = new ArrayList<>();
    for (Future<List<ModelOutput>> part : parts) {
      outputs.addAll(result(part));
    }
    return outputs;
  }

  /**
   * The images per second of some models, measured in turns, as the speed of a machine drifts: the
   * median of the rounds.
   */
  public List<Double> speeds(
      List<LoadedModel> models, List<PreparedInput> inputs, int batch, int rounds, double seconds)
      throws InterruptedException {
    List<List<Double>> measured = new ArrayList<>();
    models.forEach(model -> measured.add(new ArrayList<>()));
    for (int round = -1; round < rounds; round++) { // The first is a warm-up.
      for (int i = 0; i < models.size(); i++) {
        LoadedModel model = models.get(i);
        double speed = speed(model, inputs.subList(0, batch), round < 0 ? seconds / 3 : seconds);
        if (round >= 0) {
          measured.get(i).add(speed);
        }
      }
    }
    return measured.stream()
        .map(speeds -> speeds.stream().sorted().toList().get(speeds.size() / 2))
        .toList();
  }

  private double speed(LoadedModel model, List<PreparedInput> batch, double seconds)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Future<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      Callable<Integer> caller =
          () -> {
            int calls = 0;
            while (calls == 0 || System.nanoTime() < end) {
              model.run(batch);
              calls++;
            }
            return calls;
          };
      counts.add(threads.submit(caller));
    }
    int calls = 0;
    for (Future<Integer> count : counts) {
      calls += result(count);
    }
    return calls * (double) batch.size() * 1e9 / (System.nanoTime() - start);
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
