package io.lynxeye.grpc.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Messages that would need far more memory than they have bytes. */
class InferMessageTest {

  private static byte[] with(InferTensorContents.Builder contents) {
    return GrpcClient.request(GrpcClient.bytes(1).setContents(contents)).build().toByteArray();
  }

  @Test
  void aMessageIsReadAsItWasWritten() throws Exception {
    ModelInferRequest request = GrpcClient.rawImages("1", "2");
    ModelInferRequest values =
        GrpcClient.request(
                GrpcClient.pixels(1)
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addAllFp32Contents(Collections.nCopies(200_000, 1f))))
            .build();

    assertThat(InferMessage.parse(request.toByteArray())).isEqualTo(request);
    assertThat(InferMessage.parse(values.toByteArray())).isEqualTo(values);
  }

  @Test
  void tooManyElementsAreRefused() {
    byte[] images =
        with(
            InferTensorContents.newBuilder()
                .addAllBytesContents(Collections.nCopies(20_001, ByteString.EMPTY)));
    byte[] inputs = new byte[2 * 20_001];
    for (int i = 0; i < inputs.length; i += 2) {
      inputs[i] = 5 << 3 | 2; // Another, empty input.
    }

    for (byte[] message : Arrays.asList(images, inputs)) {
      assertThatThrownBy(() -> InferMessage.parse(message))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the message has more than 20,000 fields; send fewer elements, or raw_input_contents");
    }
  }

  @Test
  void numbersThatGrowInTheHeapAreRefused() {
    byte[] message =
        with(
            InferTensorContents.newBuilder()
                .addAllInt64Contents(Collections.nCopies(1_048_577, 1L)));

    assertThatThrownBy(() -> InferMessage.parse(message))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the message has more than 1,048,576 bytes of packed integers, as in int64_contents; send the values in raw_input_contents");
  }

  @Test
  void aTruncatedMessageIsRefused() {
    byte[] message = GrpcClient.images("7").toByteArray();

    assertThatThrownBy(() -> InferMessage.parse(Arrays.copyOf(message, message.length - 1)))
        .isInstanceOf(InvalidInputException.class);
  }
}
