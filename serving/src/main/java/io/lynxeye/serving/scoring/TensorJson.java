package io.lynxeye.serving.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.lynxeye.serving.engine.ModelOutput.Tensor;
import io.lynxeye.serving.engine.ModelOutput.Tensors;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors as JSON text: numbers in nested arrays, or as a flat list. */
public final class TensorJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private TensorJson() {}

  /**
   * The outputs for one image, with the leading dimension: {@code [[0.5,1.5]]}; several outputs as
   * an object by their names.
   */
  static String of(Tensors tensors) {
    List<Tensor> all = tensors.all();
    return write(
        json -> {
          if (all.size() == 1) {
            nested(json, all.get(0), 0);
            return;
          }
          json.writeStartObject();
          for (Tensor tensor : all) {
            json.writeFieldName(tensor.spec().name());
            nested(json, tensor, 0);
          }
          json.writeEndObject();
        });
  }

  /** The row of one image, without the leading dimension: {@code [0.5,1.5]}. */
  public static String row(Tensor tensor) {
    return write(json -> nested(json, tensor, 1));
  }

  /** The numbers of one image: {@code 0.5,1.5}. */
  public static String flat(Tensor tensor) {
    return write(
        json -> {
          ByteBuffer data = data(tensor);
          while (data.hasRemaining()) {
            number(json, tensor.spec().type(), data);
          }
        });
  }

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static String write(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.setRootValueSeparator(new SerializedString(","));
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A StringWriter throws none.
    }
    return text.toString();
  }

  private static ByteBuffer data(Tensor tensor) {
    return ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void nested(JsonGenerator json, Tensor tensor, int skipped) throws IOException {
    List<Long> sizes = tensor.spec().shape().orElseThrow();
    nested(json, tensor.spec().type(), sizes.subList(skipped, sizes.size()), data(tensor));
  }

  private static void nested(JsonGenerator json, String type, List<Long> sizes, ByteBuffer data)
      throws IOException {
    if (sizes.isEmpty()) {
      number(json, type, data);
      return;
    }
    json.writeStartArray();
    for (long i = 0; i < sizes.get(0); i++) {
      nested(json, type, sizes.subList(1, sizes.size()), data);
    }
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, String type, ByteBuffer data) throws IOException {
    switch (type) {
      case "float" -> json.writeNumber(data.getFloat());
      case "double" -> json.writeNumber(data.getDouble());
      case "int32" -> json.writeNumber(data.getInt());
      case "int64" -> json.writeNumber(data.getLong());
      case "int8" -> json.writeNumber(data.get());
      case "uint8" -> json.writeNumber(Byte.toUnsignedInt(data.get()));
      case "bool" -> json.writeBoolean(data.get() != 0);
      default -> throw new IllegalArgumentException("no JSON for a tensor of type " + type);
    }
  }
}
