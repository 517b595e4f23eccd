package io.lynxeye.engine.djl;

import com.google.protobuf.CodedInputStream;
import io.lynxeye.engine.adapter.ProtoFields;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The inputs and outputs that an ONNX file declares. Field numbers are those of {@code onnx.proto};
 * the rest of the file, mostly weights, is skipped.
 */
final class OnnxFile {

  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int INITIALIZER_NAME = 8;
  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_ELEMENT = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int SHAPE_DIMENSION = 1;
  private static final int DIMENSION_VALUE = 1;

  /** TensorFlow's names of the element types. */
  private static final Map<Integer, String> TYPES =
      Map.ofEntries(
          Map.entry(1, "float"),
          Map.entry(2, "uint8"),
          Map.entry(3, "int8"),
          Map.entry(4, "uint16"),
          Map.entry(5, "int16"),
          Map.entry(6, "int32"),
          Map.entry(7, "int64"),
          Map.entry(8, "string"),
          Map.entry(9, "bool"),
          Map.entry(10, "half"),
          Map.entry(11, "double"),
          Map.entry(12, "uint32"),
          Map.entry(13, "uint64"),
          Map.entry(16, "bfloat16"));

  /** A type that is no tensor: a sequence, a map, an optional. */
  private static final String OTHER = "no tensor";

  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();

  /** Old files list their weights among the inputs. */
  private final Set<String> weights = new HashSet<>();

  private OnnxFile() {}

  /**
   * Reads the only signature of a file.
   *
   * @throws ModelLoadException when it is no ONNX file, or has an input or output that is no tensor
   */
  static ModelSignature signature(Path file) throws ModelLoadException {
    OnnxFile onnx = new OnnxFile();
    try (InputStream stream = Files.newInputStream(file)) {
      CodedInputStream in = CodedInputStream.newInstance(stream);
      in.setSizeLimit(Integer.MAX_VALUE);
      ProtoFields.read(
          in,
          (field, message) -> {
            if (field != MODEL_GRAPH) {
              return false;
            }
            ProtoFields.message(message, onnx::graph);
            return true;
          });
    } catch (IOException e) {
      throw new ModelLoadException(
          "%s is not an ONNX model: %s".formatted(file.getFileName(), e.getMessage()), e);
    }
    onnx.inputs.removeIf(input -> onnx.weights.contains(input.name()));
    onnx.requireTensors();
    return new ModelSignature(
        ModelSignature.DEFAULT, onnx.inputs, onnx.outputs, Takes.TENSORS, false);
  }

  private void requireTensors() throws ModelLoadException {
    for (TensorSpec spec : List.copyOf(outputs)) {
      if (spec.type().equals(OTHER)) {
        throw new ModelLoadException(
            "its output '%s' is a sequence or a map, which no protocol carries; export it without:"
                    .formatted(spec.name())
                + " skl2onnx.to_onnx(model, x, options={'zipmap': False})");
      }
    }
    for (TensorSpec spec : inputs) {
      if (spec.datatype().isEmpty()) {
        throw new ModelLoadException(
            "its input '%s' is not a tensor of numbers or strings; export it with tensors"
                .formatted(spec.name()));
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new ModelLoadException("it has no inputs or no outputs; export it with both");
    }
  }

  private boolean graph(int field, CodedInputStream in) throws IOException {
    switch (field) {
      case GRAPH_INPUT -> inputs.add(value(in));
      case GRAPH_OUTPUT -> outputs.add(value(in));
      case GRAPH_INITIALIZER ->
          ProtoFields.message(
              in,
              (inner, weight) -> {
                if (inner == INITIALIZER_NAME) {
                  weights.add(ProtoFields.text(weight));
                }
                return inner == INITIALIZER_NAME;
              });
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The parts of a description of a value. */
  private static final class Value {
    private String name = "";
    private String type = OTHER;
    private Optional<List<Long>> shape = Optional.empty();

    private boolean field(int field, CodedInputStream in) throws IOException {
      switch (field) {
        case VALUE_NAME -> name = ProtoFields.text(in);
        case VALUE_TYPE -> ProtoFields.message(in, this::type);
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean type(int field, CodedInputStream in) throws IOException {
      if (field == TYPE_TENSOR) {
        ProtoFields.message(in, this::tensor);
      }
      return field == TYPE_TENSOR;
    }

    private boolean tensor(int field, CodedInputStream in) throws IOException {
      switch (field) {
        case TENSOR_ELEMENT -> {
          int number = in.readRawVarint32();
          type = TYPES.getOrDefault(number, "element type " + number);
        }
        case TENSOR_SHAPE -> {
          List<Long> sizes = new ArrayList<>();
          ProtoFields.message(in, (inner, part) -> dimension(inner, part, sizes));
          shape = Optional.of(sizes);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private static boolean dimension(int field, CodedInputStream in, List<Long> sizes)
        throws IOException {
      if (field != SHAPE_DIMENSION) {
        return false;
      }
      long[] size = {-1};
      ProtoFields.message(
          in,
          (inner, part) -> {
            if (inner == DIMENSION_VALUE) {
              size[0] = part.readRawVarint64();
            }
            return inner == DIMENSION_VALUE;
          });
      sizes.add(size[0]);
      return true;
    }
  }

  private static TensorSpec value(CodedInputStream in) throws IOException {
    Value value = new Value();
    ProtoFields.message(in, value::field);
    return new TensorSpec(value.name, value.type, value.shape);
  }
}
