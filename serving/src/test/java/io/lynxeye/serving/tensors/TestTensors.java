package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Makes and reads tensors. */
final class TestTensors {

  private TestTensors() {}

  static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return Tensor.of(name, Datatype.FP32, shape, data.flip());
  }

  static Tensor longs(String name, List<Long> shape, long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      data.putLong(value);
    }
    return Tensor.of(name, Datatype.INT64, shape, data.flip());
  }

  static Tensor strings(String name, List<Long> shape, String... values) {
    return Tensor.ofStrings(
        name,
        shape,
        Stream.of(values).map(value -> value.getBytes(StandardCharsets.UTF_8)).toList());
  }

  static List<String> texts(Tensor tensor) {
    return tensor.strings().stream().map(text -> new String(text, StandardCharsets.UTF_8)).toList();
  }

  static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    return bytes;
  }

  /** The tensor of an input that has one. */
  static Tensor only(ModelInput input) {
    List<Tensor> all = ((ModelInput.Tensors) input).all();
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " tensors");
    }
    return all.get(0);
  }
}
