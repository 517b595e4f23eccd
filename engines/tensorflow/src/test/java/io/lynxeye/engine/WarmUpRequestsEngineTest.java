package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** The field numbers are those of TensorFlow Serving's prediction_log.proto and predict.proto. */
@Tag("engine")
class WarmUpRequestsEngineTest {

  private static final TestGraph ROWS_OF_TWO =
      new TestGraph()
          .input("x", DataType.DT_FLOAT, -1, 2)
          .constant("one", 1f)
          .node("AddV2", "y", DataType.DT_FLOAT, "x", "one")
          .output("y", DataType.DT_FLOAT, -1, 2);

  @TempDir private Path folder;

  private static ByteString field(int number, ByteString value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(number, value);
    out.flush();
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** A request to predict with the default signature. */
  private static ByteString predict(String input, TensorProto tensor) throws IOException {
    ByteString entry =
        field(1, ByteString.copyFromUtf8(input)).concat(field(2, tensor.toByteString()));
    ByteString model =
        field(1, ByteString.copyFromUtf8("m"))
            .concat(field(3, ByteString.copyFromUtf8("serving_default")));
    return field(6, field(1, field(1, model).concat(field(2, entry))));
  }

  /** Numbers in the typed field; there is another encoding, in tensor_content. */
  private static TensorProto floats(long rows, float... values) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : new long[] {rows, values.length / rows}) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shape);
    for (float value : values) {
      tensor.addFloatVal(value);
    }
    return tensor.build();
  }

  /** A TFRecord: length, its checksum, data, their checksum. Checksums are not read. */
  private ModelSource model(ByteString... records) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (ByteString record : records) {
      file.writeBytes(
          ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(record.size()).array());
      file.writeBytes(record.toByteArray());
      file.writeBytes(new byte[4]);
    }
    return model(file.toByteArray());
  }

  private ModelSource model(byte[] requests) throws IOException {
    ModelSource source = ROWS_OF_TWO.write(folder, Map.of());
    Path extra = Files.createDirectories(source.modelFolder().resolve("assets.extra"));
    Files.write(extra.resolve("tf_serving_warmup_requests"), requests);
    return source;
  }

  private static LoadedModel load(ModelSource source) throws ModelLoadException {
    return EngineRing.get().loader().load(source);
  }

  @Test
  void requestsAreRunWithTheirOwnShape() throws Exception {
    try (LoadedModel model = load(model(predict("x", floats(3, 1, 2, 3, 4, 5, 6))))) {
      model.warmUp(1);

      assertThat(model.description().input()).isEqualTo("x: float [-1, 2]");
    }
  }

  @Test
  void aRequestThatTheModelRejectsIsReported() throws Exception {
    TensorProto integer =
        TensorProto.newBuilder().setDtype(DataType.DT_INT64).addInt64Val(1).build();
    try (LoadedModel model = load(model(predict("x", integer)))) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> model.warmUp(1))
          .withMessageStartingWith("it rejects a request of its warm-up: ");
    }
  }

  @Test
  void aRequestWithoutAnInputOrADamagedFileKeepsTheModelFromLoading() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> load(model(predict("z", floats(1, 1, 2)))))
        .withMessage(
            "assets.extra/tf_serving_warmup_requests cannot be read: a request has no input 'x'; correct it or remove it");
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> load(model(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9})))
        .withMessageContaining("a record is cut off");
  }

  @Test
  void recordsOfOtherKindsAreLeftOut() throws Exception {
    ByteString sessionRun = field(5, field(1, ByteString.EMPTY));
    try (LoadedModel model = load(model(sessionRun))) {
      model.warmUp(1);

      assertThat(model.maxBatchSize()).isEqualTo(1);
    }
  }
}
