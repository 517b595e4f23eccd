package io.lynxeye.grpc.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.PredictRequest;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Messages with map entries, which would need far more memory than they have bytes. */
class BoundedMessageTest {

  private static PredictRequest parse(PredictRequest.Builder message) throws InvalidInputException {
    return BoundedMessage.parse(
        message.build().toByteArray(),
        PredictRequest.getDefaultInstance(),
        PredictRequest.parser(),
        "tensor_content");
  }

  private static void assertRefused(PredictRequest.Builder message, String reason) {
    assertThatThrownBy(() -> parse(message))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(reason);
  }

  private static PredictRequest.Builder with(TensorProto.Builder tensor) {
    return PredictRequest.newBuilder().putInputs("x", tensor.build());
  }

  @Test
  void aMessageIsReadAsItWasWritten() throws Exception {
    PredictRequest.Builder message =
        with(TensorProto.newBuilder()
                .addAllFloatVal(Collections.nCopies(2_000_000, 1f))
                .addStringVal(ByteString.copyFromUtf8("a"))
                .addAllIntVal(Collections.nCopies(200_000, 255)))
            .setModelSpec(ModelSpec.newBuilder().setVersionLabel("stable"))
            .addOutputFilter("y");

    assertThat(parse(message)).isEqualTo(message.build());
  }

  @Test
  void everyFieldCounts() {
    String reason =
        "the message has more than 20,000 fields; send fewer elements, or tensor_content";
    PredictRequest.Builder entries = PredictRequest.newBuilder();
    for (int i = 0; i < 7000; i++) {
      entries.putInputs("" + i, TensorProto.getDefaultInstance());
    }

    assertRefused(entries, reason);
    assertRefused(
        with(
            TensorProto.newBuilder()
                .addAllStringVal(Collections.nCopies(20_001, ByteString.EMPTY))),
        reason);
    assertRefused(
        PredictRequest.newBuilder().addAllOutputFilter(Collections.nCopies(20_001, "")), reason);
  }

  @Test
  void numbersThatGrowInTheHeapCountTogether() {
    TensorProto half =
        TensorProto.newBuilder().addAllInt64Val(Collections.nCopies(600_000, 1L)).build();

    assertRefused(
        PredictRequest.newBuilder().putInputs("x", half).putInputs("y", half),
        "the message has more than 1,048,576 bytes of packed integers, as in int64_val; send the values in tensor_content");
  }

  @Test
  void groupsAreRefused() {
    UnknownFieldSet group =
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addGroup(UnknownFieldSet.getDefaultInstance())
                    .build())
            .build();

    assertRefused(
        PredictRequest.newBuilder().setUnknownFields(group),
        "the message has a group; check its .proto");
  }
}
