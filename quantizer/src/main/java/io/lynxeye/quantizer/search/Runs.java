package io.lynxeye.quantizer.search;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.PreparedInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs models on many inputs: one caller per core. When its caller is interrupted, it waits for the
 * inference calls that have begun, so that their models can be closed.
 */
public final class Runs implements AutoCloseable {

  /** The most inputs of one inference call. */
  public static final int BATCH = 8;

  private final int callers;
  private final ExecutorService threads;

  /**
   * @param callers how many inference calls run at once
   */
  public Runs(int callers) {
    this.callers = callers;
    this.threads = Executors.newFixedThreadPool(callers);
  }

  /** Passes the output for each input to a consumer, in order. */
  public void each(LoadedModel model, List<PreparedInput> inputs, Consumer<ModelOutput> consumer)
      throws InterruptedException {
    all(model, inputs, model::run).forEach(consumer);
  }

  /**
   * The class scores of each input; empty for those of an inference call whose scores are not
   * numbers.
   */
  public List<float[]> scores(LoadedModel model, List<PreparedInput> inputs)
      throws InterruptedException {
    return all(
        model,
        inputs,
        part -> {
          try {
            return model.run(part).stream().map(Runs::scores).toList();
          } catch (NotNumbersException e) {
            return Collections.nCopies(part.size(), new float[0]);
          }
        });
  }

  private static float[] scores(ModelOutput output) {
    return ((ModelOutput.Tensors) output).scores().orElseThrow().values();
  }

  /** One inference call. */
  private interface Call<T> {
    List<T> on(List<PreparedInput> inputs) throws Exception;
  }

  private <T> List<T> all(LoadedModel model, List<PreparedInput> inputs, Call<T> call)
      throws InterruptedException {
    int size = Math.min(BATCH, model.maxBatchSize());
    List<Callable<List<T>>> parts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i += size) {
      List<PreparedInput> part = inputs.subList(i, Math.min(inputs.size(), i + size));
      parts.add(() -> call.on(part));
    }
    List<T> outputs = new ArrayList<>();
    for (List<T> part : results(parts)) {
      outputs.addAll(part);
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
    Callable<Integer> caller =
        () -> {
          int calls = 0;
          while (calls == 0 || (System.nanoTime() < end && !Thread.interrupted())) {
            model.run(batch);
            calls++;
          }
          return calls;
        };
    int calls = 0;
    for (int count : results(Collections.nCopies(callers, caller))) {
      calls += count;
    }
    return calls * (double) batch.size() * 1e9 / (System.nanoTime() - start);
  }

  /** The results of calls, all of which have ended. */
  private <T> List<T> results(List<Callable<T>> calls) throws InterruptedException {
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    boolean isInterrupted = false;
    boolean isEnded = false;
    while (!isEnded) {
      try {
        isEnded = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
