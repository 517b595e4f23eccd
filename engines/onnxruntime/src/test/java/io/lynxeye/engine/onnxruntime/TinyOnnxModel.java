package io.lynxeye.engine.onnxruntime;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a tiny ONNX model for tests, without an ONNX library: the mean of each colour of a batch
 * of images.
 *
 * <p>The graph is {@code GlobalAveragePool} followed by {@code Flatten}: float32 {@code [batch, 3,
 * 2, 2]} is reduced to float32 {@code [batch, 3]}, where {@code batch} is a dynamic dimension. The
 * numbers of the fields are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
final class TinyOnnxModel {

  /** The name of the graph's only input. */
  static final String INPUT = "images";

  /** The name of the graph's only output. */
  static final String OUTPUT = "means";

  private static final int IR_VERSION = 8;
  private static final int OPSET_VERSION = 13;
  private static final int ELEMENT_TYPE_FLOAT = 1;

  private TinyOnnxModel() {}

  /**
   * Writes the model as {@code model.onnx}.
   *
   * @param folder an existing folder
   * @return the file written
   * @throws IOException if the file cannot be written
   */
  static Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("model.onnx"), encode());
  }

  /**
   * Encodes the model.
   *
   * @return a serialized {@code ModelProto}
   */
  static byte[] encode() {
    ByteString opset = message(out -> out.writeInt64(2, OPSET_VERSION));
    return message(
            out -> {
              out.writeInt64(1, IR_VERSION);
              out.writeString(2, "tiny");
              out.writeBytes(7, graph());
              out.writeBytes(8, opset);
            })
        .toByteArray();
  }

  private static ByteString graph() {
    return message(
        out -> {
          out.writeBytes(1, node("GlobalAveragePool", INPUT, "pooled"));
          out.writeBytes(1, node("Flatten", "pooled", OUTPUT));
          out.writeString(2, "mean of each colour");
          out.writeBytes(11, valueInfo(INPUT, 3, 2, 2));
          out.writeBytes(12, valueInfo(OUTPUT, 3));
        });
  }

  private static ByteString node(String operator, String input, String output) {
    return message(
        out -> {
          out.writeString(1, input);
          out.writeString(2, output);
          out.writeString(4, operator);
        });
  }

  /** Describes a float32 tensor with these dimensions after a dynamic first one. */
  private static ByteString valueInfo(String name, long... dimensions) {
    ByteString shape =
        message(
            out -> {
              out.writeBytes(1, message(batch -> batch.writeString(2, "batch")));
              for (long dimension : dimensions) {
                out.writeBytes(1, message(fixed -> fixed.writeInt64(1, dimension)));
              }
            });
    ByteString tensor =
        message(
            out -> {
              out.writeInt32(1, ELEMENT_TYPE_FLOAT);
              out.writeBytes(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeBytes(2, message(type -> type.writeBytes(1, tensor)));
        });
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen: the stream is in memory
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** Writes the fields of one message. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }
}
