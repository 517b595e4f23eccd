package io.lynxeye.engine.djl;

import ai.djl.ndarray.types.DataType;
import io.lynxeye.engine.adapter.RejectedInputException;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Converts between DJL's element types and ours. */
final class DjlTypes {

  private static final Map<Datatype, DataType> TYPES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Datatype.BOOL, DataType.BOOLEAN),
              Map.entry(Datatype.UINT8, DataType.UINT8),
              Map.entry(Datatype.UINT16, DataType.UINT16),
              Map.entry(Datatype.UINT32, DataType.UINT32),
              Map.entry(Datatype.UINT64, DataType.UINT64),
              Map.entry(Datatype.INT8, DataType.INT8),
              Map.entry(Datatype.INT16, DataType.INT16),
              Map.entry(Datatype.INT32, DataType.INT32),
              Map.entry(Datatype.INT64, DataType.INT64),
              Map.entry(Datatype.FP16, DataType.FLOAT16),
              Map.entry(Datatype.BF16, DataType.BFLOAT16),
              Map.entry(Datatype.FP32, DataType.FLOAT32),
              Map.entry(Datatype.FP64, DataType.FLOAT64),
              Map.entry(Datatype.BYTES, DataType.STRING)));

  /** What DJL's PyTorch engine can create; with any other type it ends the process. */
  private static final Set<Datatype> OF_PYTORCH =
      EnumSet.of(
          Datatype.BOOL,
          Datatype.UINT8,
          Datatype.INT8,
          Datatype.INT32,
          Datatype.INT64,
          Datatype.FP16,
          Datatype.FP32,
          Datatype.FP64);

  private DjlTypes() {}

  /**
   * Refuses a type that PyTorch cannot create.
   *
   * @throws RejectedInputException naming those that it can
   */
  static void requireOfPyTorch(Tensor input) throws RejectedInputException {
    if (!OF_PYTORCH.contains(input.type())) {
      throw new RejectedInputException(
          "TorchScript models take no %s here; send one of %s".formatted(input.type(), OF_PYTORCH),
          null);
    }
  }

  static DataType of(Datatype type) {
    return TYPES.get(type);
  }

  /**
   * @throws IllegalStateException when no protocol carries the type
   */
  static Datatype of(DataType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the model's output is of type " + type))
        .getKey();
  }
}
