package io.lynxeye.engine.djl;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.lynxeye.engine.adapter.ModelGraph;
import io.lynxeye.engine.adapter.RejectedInputException;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A model on any of DJL's engines. */
final class DjlGraph implements ModelGraph {

  private static final String PYTHON_ERROR = "RuntimeError: ";
  private static final String TRACE = "Traceback of TorchScript";

  private final Model model;
  private final ParameterStore parameters;

  /** Whether its inputs have names; TorchScript's have an order only. */
  private final boolean isNamed;

  /**
   * @param model closed with this
   */
  DjlGraph(Model model, boolean isNamed) {
    this.model = model;
    this.parameters = new ParameterStore(model.getNDManager(), false);
    this.isNamed = isNamed;
  }

  @Override
  public List<Tensor> run(ModelSignature signature, List<Tensor> inputs)
      throws RejectedInputException {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDList arrays = new NDList(inputs.size());
      for (Tensor input : inputs) {
        arrays.add(array(manager, input));
      }
      return chosen(signature, tensors(forward(arrays)));
    }
  }

  private NDList forward(NDList arrays) throws RejectedInputException {
    try {
      return model.getBlock().forward(parameters, arrays, false);
    } catch (EngineException | IllegalArgumentException e) {
      String reason = reason(e);
      if (reason.contains("out of memory") || reason.contains("CUDA")) {
        throw new IllegalStateException(reason, e); // Not the caller's fault.
      }
      throw new RejectedInputException(reason, e);
    }
  }

  /** The engine's own error; TorchScript puts a trace of its code before it. */
  private static String reason(RuntimeException e) {
    String cause = Causes.deepest(e);
    int error = cause.lastIndexOf(PYTHON_ERROR);
    if (error >= 0) {
      return cause.substring(error + PYTHON_ERROR.length());
    }
    return cause.contains(TRACE) ? "one of its operations does not accept them" : cause;
  }

  /** The signature's outputs, in its order; all if it does not know them. */
  private static List<Tensor> chosen(ModelSignature signature, List<Tensor> all) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    all.forEach(tensor -> byName.put(tensor.name(), tensor));
    List<String> names = signature.outputs().stream().map(TensorSpec::name).toList();
    if (byName.keySet().containsAll(names)) {
      return names.isEmpty() ? all : names.stream().map(byName::get).toList();
    }
    if (names.size() != all.size()) {
      throw new IllegalStateException(
          "the model returned %s, and not %s".formatted(byName.keySet(), names));
    }
    return IntStream.range(0, names.size()) // TorchScript has none: the order decides.
        .mapToObj(i -> all.get(i).as(names.get(i)))
        .toList();
  }

  private NDArray array(NDManager manager, Tensor tensor) throws RejectedInputException {
    if (!isNamed) {
      DjlTypes.requireOfPyTorch(tensor);
    }
    Shape shape = new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
    NDArray array;
    if (tensor.type() == Datatype.BYTES) {
      String[] strings = new String[tensor.strings().size()];
      for (int i = 0; i < strings.length; i++) {
        strings[i] = text(tensor.strings().get(i));
      }
      array = manager.create(strings, StandardCharsets.UTF_8, shape);
    } else {
      array = numbers(manager, tensor, shape);
    }
    if (isNamed) {
      array.setName(tensor.name());
    }
    return array;
  }

  private static NDArray numbers(NDManager manager, Tensor tensor, Shape shape)
      throws RejectedInputException {
    try {
      return manager.create(direct(tensor.data()), shape, DjlTypes.of(tensor.type()));
    } catch (UnsupportedOperationException e) {
      throw new RejectedInputException("its engine takes no " + tensor.type() + " here", e);
    }
  }

  private static String text(byte[] string) throws RejectedInputException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(string)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedInputException(
          "a string is not UTF-8, and this engine takes text only; send text", e);
    }
  }

  /** Engines read a direct buffer from its start, and copy any other. */
  private static ByteBuffer direct(ByteBuffer data) {
    if (data.isDirect() && data.position() == 0) {
      return data.order(ByteOrder.nativeOrder());
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
    return copy.put(data).flip();
  }

  /** TorchScript outputs have no names: "output", or "output0" and so on. */
  private static List<Tensor> tensors(NDList outputs) {
    List<Tensor> tensors = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      NDArray output = outputs.get(i);
      String name =
          output.getName() != null
              ? output.getName()
              : outputs.size() == 1 ? "output" : "output" + i;
      tensors.add(tensor(name, output));
    }
    return tensors;
  }

  private static Tensor tensor(String name, NDArray output) {
    // DJL does not know PyTorch's bfloat16 in outputs.
    NDArray array =
        output.getDataType() == DataType.UNKNOWN ? output.toType(DataType.FLOAT32, false) : output;
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    if (array.getDataType() == DataType.STRING) {
      List<byte[]> strings =
          Arrays.stream(array.toStringArray(StandardCharsets.UTF_8))
              .map(string -> string.getBytes(StandardCharsets.UTF_8))
              .toList();
      return Tensor.ofStrings(name, shape, strings);
    }
    // In the engine's memory: PyTorch's copy for Java crashes where the heap has no room for it.
    ByteBuffer values = array.toByteBuffer(true);
    ByteBuffer data = ByteBuffer.allocate(values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return Tensor.of(name, DjlTypes.of(array.getDataType()), shape, data.put(values).flip());
  }

  @Override
  public void close() {
    model.close();
  }
}
