package io.lynxeye.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The field numbers are those of onnx.proto, also of the fields that are skipped. */
class OnnxFileTest {

  private static final ByteString FLOATS = tensor(1, "batch", "3");

  @TempDir private Path folder;

  /** Writes the fields of one message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** A TypeProto of a tensor. Each size is a number, a name, or empty. */
  private static ByteString tensor(int element, String... sizes) {
    ByteString shape =
        message(
            out -> {
              for (String size : sizes) {
                out.writeBytes(1, message(dimension -> dimension(dimension, size)));
              }
            });
    return message(
        out ->
            out.writeBytes(
                1,
                message(
                    tensor -> {
                      tensor.writeInt32(1, element);
                      tensor.writeBytes(2, shape);
                    })));
  }

  private static void dimension(CodedOutputStream out, String size) throws IOException {
    if (!size.isEmpty() && Character.isDigit(size.charAt(0))) {
      out.writeInt64(1, Long.parseLong(size));
    } else if (!size.isEmpty()) {
      out.writeString(2, size);
    }
    out.writeString(3, "DATA_BATCH"); // denotation
  }

  private static ByteString ofUnknownRank(int element) {
    return message(out -> out.writeBytes(1, message(tensor -> tensor.writeInt32(1, element))));
  }

  private static ByteString sequence() {
    return message(out -> out.writeBytes(4, message(inner -> inner.writeBytes(1, FLOATS))));
  }

  private static void value(CodedOutputStream graph, int field, String name, ByteString type)
      throws IOException {
    graph.writeBytes(
        field,
        message(
            out -> {
              out.writeString(1, name);
              out.writeBytes(2, type);
              out.writeString(3, "a doc string");
            }));
  }

  private static void initializer(CodedOutputStream graph, String name) throws IOException {
    graph.writeBytes(
        5,
        message(
            out -> {
              out.writeInt64(1, 3); // dims
              out.writeInt32(2, 1); // data_type
              out.writeString(8, name);
              out.writeByteArray(9, new byte[12]); // raw_data
            }));
  }

  private ModelSignature read(Fields graph) throws Exception {
    Path file = folder.resolve("model.onnx");
    ByteString model =
        message(
            out -> {
              out.writeInt64(1, 8); // ir_version
              out.writeString(2, "test"); // producer_name
              out.writeBytes(7, message(graph));
              out.writeBytes(8, message(opset -> opset.writeInt64(2, 13)));
            });
    Files.write(file, model.toByteArray());
    return OnnxFile.signature(file);
  }

  private void assertRefused(String reason, Fields graph) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> read(graph))
        .withMessage(reason);
  }

  @Test
  void inputsAndOutputsAreInTheOrderOfTheFile() throws Exception {
    ModelSignature signature =
        read(
            graph -> {
              graph.writeBytes(1, message(node -> node.writeString(4, "Add")));
              graph.writeString(2, "a graph");
              value(graph, 11, "ids", tensor(7, "batch", "sequence"));
              value(graph, 11, "a mask", tensor(9, "batch", ""));
              value(graph, 12, "scores", FLOATS);
              value(graph, 12, "names", tensor(8, "2"));
              value(graph, 13, "inner", tensor(1, "4")); // value_info
            });

    assertThat(TensorSpec.describe(signature.inputs()))
        .isEqualTo("ids: int64 [-1, -1], a mask: bool [-1, -1]");
    assertThat(TensorSpec.describe(signature.outputs()))
        .isEqualTo("scores: float [-1, 3], names: string [2]");
    assertThat(signature.name()).isEqualTo("serving_default");
    assertThat(signature.takes()).isEqualTo(ModelSignature.Takes.TENSORS);
  }

  @Test
  void weightsAmongTheInputsAreNone() throws Exception {
    ModelSignature signature =
        read(
            graph -> {
              initializer(graph, "w");
              value(graph, 11, "w", tensor(1, "3"));
              value(graph, 11, "x", FLOATS);
              value(graph, 11, "b", tensor(1, "3"));
              value(graph, 12, "y", FLOATS);
              initializer(graph, "b"); // The order of fields is free.
            });

    assertThat(signature.inputs()).extracting(TensorSpec::name).containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource({
    "1, float",
    "2, uint8",
    "3, int8",
    "4, uint16",
    "5, int16",
    "6, int32",
    "7, int64",
    "8, string",
    "9, bool",
    "10, half",
    "11, double",
    "12, uint32",
    "13, uint64",
    "16, bfloat16"
  })
  void elementTypesAreThoseOfTheStandard(int number, String type) throws Exception {
    ModelSignature signature =
        read(
            graph -> {
              value(graph, 11, "x", tensor(number, "2"));
              value(graph, 12, "y", tensor(number));
            });

    assertThat(signature.inputs().get(0)).hasToString("x: " + type + " [2]");
    assertThat(signature.outputs().get(0)).hasToString("y: " + type + " []"); // A scalar.
    assertThat(signature.inputs().get(0).datatype()).isPresent();
  }

  @Test
  void aTensorWithoutAShapeIsOfUnknownRank() throws Exception {
    ModelSignature signature =
        read(
            graph -> {
              value(graph, 11, "x", ofUnknownRank(1));
              value(graph, 12, "y", ofUnknownRank(6));
            });

    assertThat(signature.inputs()).containsExactly(new TensorSpec("x", "float", Optional.empty()));
    assertThat(signature.outputs()).containsExactly(new TensorSpec("y", "int32", Optional.empty()));
  }

  @Test
  void anOutputThatIsASequenceIsRefusedWithTheCure() {
    assertRefused(
        "its output 'probabilities' is a sequence or a map, which no protocol carries; export it"
            + " without: skl2onnx.to_onnx(model, x, options={'zipmap': False})",
        graph -> {
          value(graph, 11, "x", FLOATS);
          value(graph, 12, "label", tensor(7, "batch"));
          value(graph, 12, "probabilities", sequence());
        });
  }

  @Test
  void anInputThatIsNoTensorOfNumbersIsRefused() {
    for (ByteString type : List.of(sequence(), tensor(14, "2"))) { // 14 = complex64
      assertRefused(
          "its input 'x' is not a tensor of numbers or strings; export it with tensors",
          graph -> {
            value(graph, 11, "x", type);
            value(graph, 12, "y", FLOATS);
          });
    }
  }

  @Test
  void aGraphWithoutInputsOrOutputsIsRefused() {
    assertRefused(
        "it has no inputs or no outputs; export it with both",
        graph -> value(graph, 11, "x", FLOATS));
    assertRefused(
        "it has no inputs or no outputs; export it with both",
        graph -> {
          value(graph, 11, "w", FLOATS);
          initializer(graph, "w");
          value(graph, 12, "y", FLOATS);
        });
  }

  @Test
  void aFileThatIsNoOnnxIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("text.onnx"), "this is text");

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> OnnxFile.signature(file))
        .withMessageStartingWith("text.onnx is not an ONNX model: ");
  }
}
