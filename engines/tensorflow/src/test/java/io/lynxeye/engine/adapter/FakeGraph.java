package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A graph without an engine. Every call is recorded; its outputs are a function of its inputs. */
final class FakeGraph implements ModelGraph {

  /** What an engine does. */
  interface Calculation {
    List<Tensor> of(ModelSignature signature, List<Tensor> inputs) throws RejectedInputException;
  }

  private final Calculation calculation;
  private final List<List<Tensor>> calls = new ArrayList<>();
  private boolean isClosed;

  FakeGraph(Calculation calculation) {
    this.calculation = calculation;
  }

  /** A graph whose only output, {@code y}, is a function of each row of its first input. */
  static FakeGraph ofRows(Function<float[], Float> function) {
    return new FakeGraph(
        (signature, inputs) -> {
          Tensor input = inputs.get(0);
          float[] results = new float[input.rows()];
          for (int i = 0; i < results.length; i++) {
            results[i] = function.apply(input.rows(i, 1).floats());
          }
          return List.of(floats("y", List.of((long) results.length, 1L), results));
        });
  }

  static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, shape, data);
  }

  /** The inputs of each call, in order. */
  List<List<Tensor>> calls() {
    return calls;
  }

  /** The shape of the first input of each call, in order. */
  List<List<Long>> shapes() {
    return calls.stream().map(call -> call.get(0).shape()).toList();
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public List<Tensor> run(ModelSignature signature, List<Tensor> inputs)
      throws RejectedInputException {
    calls.add(inputs);
    return calculation.of(signature, inputs);
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
