package io.lynxeye.grpc.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.TensorJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The field of each datatype is that of the protocol's description of InferTensorContents. */
class InferContentsTest {

  private static InferTensorContents.Builder contents() {
    return InferTensorContents.newBuilder();
  }

  private static Tensor read(InferTensorContents.Builder contents, Datatype type, Long... shape)
      throws Exception {
    return InferContents.tensor(
        InferInputTensor.newBuilder().setName("x").setContents(contents).build(),
        type,
        List.of(shape));
  }

  private static String numbers(Tensor tensor) {
    return TensorJson.text(TensorJson.flat(tensor, TensorJson.Bytes.BASE64_STRINGS));
  }

  private static void assertNumbers(
      InferTensorContents.Builder contents, Datatype type, String numbers) throws Exception {
    Tensor tensor = read(contents, type, 2L);

    assertThat(tensor.type()).isEqualTo(type);
    assertThat(tensor.shape()).containsExactly(2L);
    assertThat(tensor.data().remaining()).isEqualTo(2 * type.bytes());
    assertThat(numbers(tensor)).isEqualTo(numbers);
  }

  @Test
  void numbersAreInTheFieldOfTheirDatatype() throws Exception {
    assertNumbers(
        contents().addBoolContents(true).addBoolContents(false), Datatype.BOOL, "true,false");
    assertNumbers(contents().addFp32Contents(0.1f).addFp32Contents(-2), Datatype.FP32, "0.1,-2.0");
    assertNumbers(
        contents().addFp64Contents(0.1).addFp64Contents(1e300), Datatype.FP64, "0.1,1.0E300");
    assertNumbers(
        contents().addInt64Contents(9_007_199_254_740_993L).addInt64Contents(-1),
        Datatype.INT64,
        "9007199254740993,-1");
    assertNumbers(
        contents().addUint64Contents(-1).addUint64Contents(1),
        Datatype.UINT64,
        "18446744073709551615,1");
  }

  @ParameterizedTest
  @CsvSource({"INT8, -128, 127", "INT16, -32768, 32767", "INT32, -2147483648, 2147483647"})
  void smallIntegersShareAField(Datatype type, int least, int most) throws Exception {
    assertNumbers(contents().addIntContents(least).addIntContents(most), type, least + "," + most);
  }

  @ParameterizedTest
  @CsvSource({"UINT8, 255", "UINT16, 65535", "UINT32, 4294967295"})
  void smallUnsignedIntegersShareAField(Datatype type, long most) throws Exception {
    assertNumbers(contents().addUintContents(0).addUintContents((int) most), type, "0," + most);
  }

  @Test
  void stringsAreBytes() throws Exception {
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8};

    Tensor tensor =
        read(
            contents()
                .addBytesContents(ByteString.copyFrom(jpeg))
                .addBytesContents(ByteString.EMPTY),
            Datatype.BYTES,
            2L);

    assertThat(tensor.type()).isEqualTo(Datatype.BYTES);
    assertThat(tensor.strings()).containsExactly(jpeg, new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  void aTensorWithoutElementsNeedsNoField(Datatype type) throws Exception {
    Tensor tensor = read(contents(), type, 2L, 0L);

    assertThat(tensor.type()).isEqualTo(type);
    assertThat(tensor.shape()).containsExactly(2L, 0L);
    assertThat(tensor.data().remaining()).isZero();
    assertThat(tensor.strings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 'contents.bool_contents, or in '",
    "UINT8, 'contents.uint_contents, or in '",
    "UINT16, 'contents.uint_contents, or in '",
    "UINT32, 'contents.uint_contents, or in '",
    "UINT64, 'contents.uint64_contents, or in '",
    "INT8, 'contents.int_contents, or in '",
    "INT16, 'contents.int_contents, or in '",
    "INT32, 'contents.int_contents, or in '",
    "INT64, 'contents.int64_contents, or in '",
    "FP16, ''",
    "BF16, ''",
    "FP32, 'contents.fp32_contents, or in '",
    "FP64, 'contents.fp64_contents, or in '",
    "BYTES, 'contents.bytes_contents, or in '"
  })
  void elementsElsewhereAreRefusedWithTheirPlace(Datatype type, String field) {
    InferTensorContents.Builder other =
        type == Datatype.BOOL ? contents().addFp32Contents(1) : contents().addBoolContents(true);
    InferTensorContents.Builder both =
        contents().addFp64Contents(1).addBytesContents(ByteString.EMPTY);

    for (InferTensorContents.Builder contents : List.of(contents(), other, both)) {
      assertThatThrownBy(() -> read(contents, type, 1L))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "input 'x' of datatype "
                  + type
                  + " must have its elements in "
                  + field
                  + "raw_input_contents");
    }
  }

  @Test
  void aNumberThatDoesNotFitItsDatatypeIsRefused() {
    assertRefused(contents().addIntContents(128), Datatype.INT8, "128");
    assertRefused(contents().addIntContents(-129), Datatype.INT8, "-129");
    assertRefused(contents().addIntContents(32_768), Datatype.INT16, "32768");
    assertRefused(contents().addUintContents(256), Datatype.UINT8, "256");
    assertRefused(contents().addUintContents(-1), Datatype.UINT16, "4294967295");
  }

  private static void assertRefused(
      InferTensorContents.Builder contents, Datatype type, String value) {
    assertThatThrownBy(() -> read(contents, type, 1L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "a tensor of %s has the value %s; send whole numbers that fit".formatted(type, value));
  }
}
