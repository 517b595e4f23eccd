package io.lynxeye.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.http.json.JsonTensor.Strings;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.TensorJson;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTensorTest {

  private static final String UNEVEN =
      "the arrays of a tensor must have the same length, depth and kind of value";

  private static Tensor read(Strings form, Datatype type, String json) throws Exception {
    JsonTensor tensor = new JsonTensor(form, type);
    byte[] body = ("{\"x\":" + json + "}").getBytes(StandardCharsets.UTF_8);
    JsonBody.read(body, body.length, (name, parser) -> tensor.read(parser, 0));
    return tensor.tensor("x");
  }

  private static Tensor read(Datatype type, String json) throws Exception {
    return read(Strings.TEXT, type, json);
  }

  private static String numbers(Tensor tensor) {
    return TensorJson.text(TensorJson.flat(tensor, TensorJson.Bytes.BASE64_STRINGS));
  }

  private static List<String> texts(Tensor tensor) {
    return tensor.strings().stream()
        .map(string -> new String(string, StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static void assertRefused(Datatype type, String json, String reason) {
    assertThatThrownBy(() -> read(type, json))
        .as("%s %s", type, json)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "BOOL; [true,false,1,0]; true,false,true,false",
        "UINT8; [0,255]; 0,255",
        "INT8; [-128,127]; -128,127",
        "UINT16; [0,65535]; 0,65535",
        "INT16; [-32768,32767]; -32768,32767",
        "UINT32; [0,4294967295]; 0,4294967295",
        "INT32; [-2147483648,2147483647]; -2147483648,2147483647",
        "UINT64; [0,9223372036854775808,18446744073709551615];"
            + " 0,9223372036854775808,18446744073709551615",
        "INT64; [-9223372036854775808,9007199254740993]; -9223372036854775808,9007199254740993",
        "FP16; [1,0.1,-65504]; 1.0,0.099975586,-65504.0",
        "BF16; [1,3.14]; 1.0,3.140625",
        "FP32; [1,0.1,1e30]; 1.0,0.1,1.0E30",
        "FP64; [1,0.1,9007199254740993,1e300]; 1.0,0.1,9.007199254740992E15,1.0E300"
      })
  void numbersAreReadIntoTheTypeExactly(Datatype type, String json, String numbers)
      throws Exception {
    Tensor tensor = read(type, json);

    assertThat(tensor.type()).isEqualTo(type);
    assertThat(numbers(tensor)).isEqualTo(numbers);
    assertThat(tensor.data().remaining()).isEqualTo((int) tensor.count() * type.bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, 256",
    "UINT8, -1",
    "INT8, 128",
    "INT8, -129",
    "UINT16, 65536",
    "INT16, 32768",
    "UINT32, 4294967296",
    "UINT32, -1",
    "INT32, 2147483648",
    "INT32, -2147483649",
    "UINT64, -1",
    "UINT64, 18446744073709551616",
    "INT64, 9223372036854775808",
    "INT64, -9223372036854775809",
    "BOOL, 2",
    "BOOL, -1",
    "INT32, 1.5",
    "INT64, 1e3",
    "UINT64, 0.0"
  })
  void integersThatDoNotFitAreRefused(Datatype type, String value) {
    assertRefused(
        type,
        "[1," + value + "]",
        "a tensor of %s has the value %s; send whole numbers that fit".formatted(type, value));
  }

  @ParameterizedTest
  @CsvSource({"FP32, NaN", "FP32, -Infinity", "FP32, 1e39", "FP64, 1e309", "FP16, NaN"})
  void numbersThatAreNotFiniteAreRefused(Datatype type, String value) {
    assertRefused(type, "[" + value + "]", "a tensor has a value that is not a finite number");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BOOL")
  void truthIsForBooleansOnly(Datatype type) {
    assertRefused(
        type, "[true]", "a tensor has a value that is neither a number nor a string: true");
  }

  @Test
  void otherValuesAreRefused() {
    assertRefused(
        Datatype.FP32,
        "[null]",
        "a tensor has a value that is neither a number nor a string: null");
    assertRefused(
        Datatype.FP32,
        "[{\"c\": 1}]",
        "an image is an object with one string in base64: {\"b64\": \"...\"}");
    assertThatThrownBy(() -> read(Strings.BASE64, Datatype.BYTES, "[{\"b64\": \"\"}]"))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "5; ''",
        "[]; 0",
        "[5]; 1",
        "[[1,2,3],[4,5,6]]; 2 3",
        "[[],[]]; 2 0",
        "[[[1]],[[2]]]; 2 1 1",
        "[[[[[[[[1]]]]]]]]; 1 1 1 1 1 1 1 1"
      })
  void theShapeIsThatOfTheArrays(String json, String shape) throws Exception {
    List<Long> sizes =
        shape.isEmpty()
            ? List.of()
            : List.of(shape.split(" ")).stream().map(Long::valueOf).toList();

    assertThat(read(Datatype.INT32, json).shape()).isEqualTo(sizes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[1,2],[3]]",
        "[[1],[2,3]]",
        "[1,[2]]",
        "[[1],2]",
        "[[[1]],[2]]",
        "[[],[1]]",
        "[[1],[]]",
        "[1,\"a\"]",
        "[\"a\",1]",
        "[\"a\",[\"b\"]]",
        "[{\"b64\":\"\"},1]"
      })
  void unevenArraysAreRefused(String json) {
    assertRefused(Datatype.FP32, json, UNEVEN);
  }

  @Test
  void moreThanEightDimensionsAreRefused() {
    assertRefused(
        Datatype.FP32, "[".repeat(9) + "]".repeat(9), "a tensor has more than 8 dimensions");
  }

  @Test
  void textIsInUtf8AndBytesAreInObjects() throws Exception {
    Tensor tensor = read(Datatype.BYTES, "[[\"a\", \"\\u00e9\"], [{\"b64\": \"/9g=\"}, \"\"]]");

    assertThat(tensor.type()).isEqualTo(Datatype.BYTES);
    assertThat(tensor.shape()).containsExactly(2L, 2L);
    assertThat(texts(tensor)).containsExactly("a", "\u00c3\u00a9", "\u00ff\u00d8", "");
  }

  @Test
  void inTheOtherFormEveryStringIsInBase64() throws Exception {
    assertThat(texts(read(Strings.BASE64, Datatype.BYTES, "[\"/9g=\", \"Nw==\"]")))
        .containsExactly("\u00ff\u00d8", "7");
    assertThatThrownBy(() -> read(Strings.BASE64, Datatype.BYTES, "[\"?\"]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a string is not in base64; encode the bytes of the image or value");
  }

  @Test
  void manyNumbersAreReadWhateverTheirNumber() throws Exception {
    for (int count : new int[] {511, 512, 513, 1024, 100_000}) { // 512 fill the first buffer.
      Tensor tensor =
          read(Datatype.FP64, "[" + String.join(",", Collections.nCopies(count, "2")) + "]");
      assertThat(tensor.shape()).containsExactly((long) count);
      assertThat(tensor.floats()).hasSize(count).containsOnly(2);
    }
  }

  @Test
  void tooManyStringsAreRefused() {
    assertRefused(
        Datatype.BYTES,
        "[" + String.join(",", Collections.nCopies(65_537, "\"\"")) + "]",
        "a request has at most 65,536 strings; send them in several requests");
  }
}
