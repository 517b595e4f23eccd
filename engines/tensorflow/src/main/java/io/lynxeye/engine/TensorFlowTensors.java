package io.lynxeye.engine;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** Copies tensors into TensorFlow's memory, and out of it. */
final class TensorFlowTensors {

  private static final int STRING_BYTES = Loader.sizeof(TF_TString.class);

  private TensorFlowTensors() {}

  /** A copy in TensorFlow's memory; the caller closes it. */
  static TF_Tensor in(Tensor tensor) {
    long[] sizes = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    int type = DataType.valueOf(tensor.type().tensorFlowName()).getNumber();
    ByteBuffer data = tensor.data();
    boolean isString = tensor.type() == Datatype.BYTES;
    long bytes = isString ? tensor.count() * STRING_BYTES : data.remaining();
    TF_Tensor copy = TF_Tensor.allocateTensor(type, sizes, bytes);
    if (copy == null) { // TensorFlow would crash the process.
      throw new IllegalArgumentException(
          "%s has %d bytes".formatted(tensor.spec(), data.remaining()));
    }
    if (isString) {
      for (int i = 0; i < tensor.strings().size(); i++) {
        put(string(copy, bytes, i), tensor.strings().get(i));
      }
    } else if (bytes > 0) {
      memory(copy, bytes).put(data);
    }
    return copy;
  }

  private static void put(TF_TString element, byte[] string) {
    tensorflow.TF_TString_Init(element);
    try (BytePointer bytes = new BytePointer(string)) {
      tensorflow.TF_TString_Copy(element, bytes, string.length);
    }
  }

  /** The tensor of a message, in either of its encodings. */
  static Tensor of(String name, TensorProto message) {
    try (PointerScope scope = new PointerScope()) {
      assert scope != null; // Frees what is made here.
      TF_Tensor tensor = TF_Tensor.allocateTensor(1, new long[] {1}, Float.BYTES);
      TF_Status status = TF_Status.newStatus();
      tensorflow.TF_TensorFromProto(TF_Buffer.newBufferFromString(message), tensor, status);
      status.throwExceptionIfNotOK();
      return out(name, tensor);
    }
  }

  /** A copy in Java's memory. */
  static Tensor out(String name, TF_Tensor tensor) {
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < tensorflow.TF_NumDims(tensor); i++) {
      shape.add(tensorflow.TF_Dim(tensor, i));
    }
    Datatype type = type(tensorflow.TF_TensorType(tensor));
    long bytes = tensorflow.TF_TensorByteSize(tensor);
    if (type == Datatype.BYTES) {
      return Tensor.ofStrings(name, shape, strings(tensor, bytes));
    }
    byte[] data = new byte[Math.toIntExact(bytes)];
    if (bytes > 0) {
      memory(tensor, bytes).get(data);
    }
    return Tensor.of(name, type, shape, ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static Datatype type(int number) {
    String name = DataType.forNumber(number).name().substring("DT_".length());
    return Datatype.of(name.toLowerCase(Locale.ROOT))
        .orElseThrow(() -> new IllegalStateException("the model's output is of type " + name));
  }

  private static List<byte[]> strings(TF_Tensor tensor, long bytes) {
    int count = (int) (bytes / STRING_BYTES);
    List<byte[]> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      TF_TString element = string(tensor, bytes, i);
      byte[] string = new byte[Math.toIntExact(tensorflow.TF_TString_GetSize(element))];
      if (string.length > 0) {
        tensorflow.TF_TString_GetDataPointer(element).capacity(string.length).get(string);
      }
      strings.add(string);
    }
    return strings;
  }

  private static TF_TString string(TF_Tensor tensor, long bytes, int index) {
    Pointer all = tensorflow.TF_TensorData(tensor).capacity(bytes);
    TF_TString first = new TF_TString(all);
    first.capacity(bytes / STRING_BYTES);
    return first.getPointer(index);
  }

  private static ByteBuffer memory(TF_Tensor tensor, long bytes) {
    return tensorflow.TF_TensorData(tensor).capacity(bytes).asByteBuffer();
  }
}
