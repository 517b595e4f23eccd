package io.lynxeye.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TensorFlowJsonTest {

  private static ScoreResult result(ModelOutput output) {
    return new ScoreResult(
        new FakeModel(new ModelId("fake", 1)).description(), List.of(), output, null);
  }

  private static List<ScoreResult> call(Tensor... outputs) {
    return List.of(result(new ModelOutput.Tensors(List.of(outputs), Optional.empty())));
  }

  private static Tensor bytes(String name, List<Long> shape, int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length);
    for (int value : values) {
      data.put((byte) value);
    }
    return Tensor.of(name, Datatype.UINT8, shape, data.flip());
  }

  private static Tensor strings(String name, List<Long> shape, String... texts) {
    return Tensor.ofStrings(
        name,
        shape,
        Stream.of(texts).map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList());
  }

  private static String text(Iterator<Buffer> pieces) {
    Buffer all = Buffer.buffer();
    pieces.forEachRemaining(all::appendBuffer);
    return all.toString();
  }

  @Test
  void theOnlyOutputIsWithoutItsName() throws Exception {
    List<ScoreResult> results = call(bytes("a", List.of(2L, 1L), 1, 2));

    assertThat(text(TensorFlowJson.rows(results, 10))).isEqualTo("{\"predictions\":[[1],[2]]}");
    assertThat(text(TensorFlowJson.columns(results, 10))).isEqualTo("{\"outputs\":[[1],[2]]}");
  }

  @Test
  void severalOutputsAreByName() throws Exception {
    List<ScoreResult> results =
        call(bytes("a", List.of(2L, 1L), 1, 2), strings("b", List.of(2L), "x", "\u00ff"));

    assertThat(text(TensorFlowJson.rows(results, 10)))
        .isEqualTo(
            "{\"predictions\":[{\"a\":[1],\"b\":\"x\"},{\"a\":[2],\"b\":{\"b64\":\"/w==\"}}]}");
    assertThat(text(TensorFlowJson.columns(results, 10)))
        .isEqualTo("{\"outputs\":{\"a\":[[1],[2]],\"b\":[\"x\",{\"b64\":\"/w==\"}]}}");
  }

  @Test
  void noRowsAreAnEmptyArray() throws Exception {
    Tensor none = bytes("a", List.of(0L, 3L));

    assertThat(text(TensorFlowJson.rows(call(none), 10))).isEqualTo("{\"predictions\":[]}");
    assertThat(text(TensorFlowJson.rows(call(none, none.as("b")), 10)))
        .isEqualTo("{\"predictions\":[]}");
  }

  @Test
  void rowsOfNothingKeepTheirNumber() throws Exception {
    Tensor empty = bytes("a", List.of(2L, 0L));

    assertThat(text(TensorFlowJson.rows(call(empty), 10))).isEqualTo("{\"predictions\":[[],[]]}");
    assertThat(text(TensorFlowJson.rows(call(empty, bytes("b", List.of(2L), 1, 2)), 10)))
        .isEqualTo("{\"predictions\":[{\"a\":[],\"b\":1},{\"a\":[],\"b\":2}]}");
  }

  @Test
  void outputsWithoutOneRowPerInstanceNeedColumns() throws Exception {
    List<ScoreResult> scalar = call(bytes("a", List.of(), 1));
    List<ScoreResult> uneven = call(bytes("a", List.of(2L), 1, 2), bytes("b", List.of(1L), 3));

    assertThatThrownBy(() -> TensorFlowJson.rows(scalar, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "output 'a' has shape [], so the outputs have no rows in common; send columns: {\"inputs\": ...}");
    assertThatThrownBy(() -> TensorFlowJson.rows(uneven, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "output 'b' has shape [1], so the outputs have no rows in common; send columns: {\"inputs\": ...}");
    assertThat(text(TensorFlowJson.columns(scalar, 10))).isEqualTo("{\"outputs\":1}");
    assertThat(text(TensorFlowJson.columns(uneven, 10)))
        .isEqualTo("{\"outputs\":{\"a\":[1,2],\"b\":[3]}}");
  }

  @Test
  void moreNumbersThanTheLimitAreRefused() throws Exception {
    List<ScoreResult> results = call(bytes("a", List.of(2L), 1, 2), bytes("b", List.of(2L), 1, 2));

    assertThat(text(TensorFlowJson.rows(results, 4))).contains("predictions");
    for (int i = 0; i < 2; i++) {
      boolean isByRows = i == 0;
      assertThatThrownBy(
              () ->
                  text(
                      isByRows
                          ? TensorFlowJson.rows(results, 3)
                          : TensorFlowJson.columns(results, 3)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "the response would have 4 numbers as JSON, more than the limit of 3; ask for fewer");
    }
  }

  @Test
  void largeOutputsComeInPieces() throws Exception {
    int count = 100_000;
    Iterator<Buffer> pieces =
        TensorFlowJson.columns(call(bytes("a", List.of((long) count), new int[count])), count);

    int all = 0;
    int number = 0;
    while (pieces.hasNext()) {
      int length = pieces.next().length();
      assertThat(length).isLessThan(80_000);
      all += length;
      number++;
    }
    assertThat(all).isEqualTo("{\"outputs\":[]}".length() + 2 * count - 1);
    assertThat(number).isGreaterThan(2);
  }
}
