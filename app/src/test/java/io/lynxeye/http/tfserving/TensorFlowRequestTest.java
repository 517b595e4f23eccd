package io.lynxeye.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.TensorJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests to a model of two inputs and two signatures, which takes no images. */
class TensorFlowRequestTest {

  private static final ModelDescription MODEL =
      new ModelDescription(
          new ModelId("m", 1),
          "",
          "",
          "",
          "",
          "",
          signature("serving_default", spec("ids", "int64", -1, 2), spec("names", "string", -1)),
          List.of(
              signature("one", spec("x", "uint8")), signature("vector", spec("x", "uint8", -1))),
          Optional.empty(),
          List.of(),
          5,
          Optional.of("it has 2 inputs"));

  private static TensorSpec spec(String name, String type, long... sizes) {
    return new TensorSpec(name, type, Optional.of(Arrays.stream(sizes).boxed().toList()));
  }

  private static ModelSignature signature(String name, TensorSpec... inputs) {
    return new ModelSignature(name, List.of(inputs), List.of(), Takes.TENSORS, false);
  }

  private static List<ModelInput> inputs(String body) throws Exception {
    return TensorFlowRequest.parse(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), MODEL)
        .inputs();
  }

  /** The tensors of the only call. */
  private static List<Tensor> tensors(String body) throws Exception {
    List<ModelInput> inputs = inputs(body);
    assertThat(inputs).hasSize(1);
    return ((ModelInput.Tensors) inputs.get(0)).all();
  }

  private static String json(Tensor tensor) {
    return TensorJson.text(TensorJson.nested(tensor, TensorJson.Bytes.B64_OBJECTS));
  }

  private static void assertRefused(String body, String reason) {
    assertThatThrownBy(() -> inputs(body))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(reason);
  }

  @Test
  void rowsAndColumnsGiveTheSameTensors() throws Exception {
    for (String body :
        List.of(
            "{'instances': [{'ids': [1, 2], 'names': 'a'}, {'names': {'b64': '/9g='}, 'ids': [3,"
                + " 9007199254740993]}]}",
            "{'inputs': {'names': ['a', {'b64': '/9g='}], 'ids': [[1, 2], [3,"
                + " 9007199254740993]]}}")) {
      List<Tensor> tensors = tensors(body);

      assertThat(tensors).extracting(Tensor::name).containsExactly("ids", "names");
      assertThat(tensors).extracting(Tensor::type).containsExactly(Datatype.INT64, Datatype.BYTES);
      assertThat(json(tensors.get(0))).isEqualTo("[[1,2],[3,9007199254740993]]");
      assertThat(json(tensors.get(1))).isEqualTo("[\"a\",{\"b64\":\"/9g=\"}]");
    }
  }

  @Test
  void theSignatureIsTheNamedOneWhereverItsNameIs() throws Exception {
    for (String body :
        List.of(
            "{'signature_name': 'one', 'inputs': 7}", "{'inputs': 7, 'signature_name': 'one'}")) {
      Tensor scalar = tensors(body).get(0);

      assertThat(scalar.name()).isEqualTo("x");
      assertThat(scalar.type()).isEqualTo(Datatype.UINT8);
      assertThat(scalar.shape()).isEmpty();
      assertThat(json(scalar)).isEqualTo("7");
    }
    assertRefused(
        "{'signature_name': 'two', 'inputs': 7}",
        "the model has no signature 'two'; it has serving_default, one, vector");
  }

  @Test
  void theOnlyInputMayBeNamedInSomeRowsAlone() throws Exception {
    for (String rows : List.of("7, {'x': 8}", "{'x': 7}, 8")) {
      List<ModelInput> inputs = inputs("{'signature_name': 'vector', 'instances': [" + rows + "]}");

      assertThat(inputs).hasSize(1);
      Tensor vector = ((ModelInput.Tensors) inputs.get(0)).all().get(0);
      assertThat(vector.name()).isEqualTo("x");
      assertThat(json(vector)).isEqualTo("[7,8]");
    }
    assertRefused(
        "{'signature_name': 'vector', 'instances': [{'x': 7}, {'y': 8}]}",
        "the rows must name the same inputs");
  }

  @Test
  void rowsMustNameTheSameInputs() {
    for (String rows :
        List.of(
            "{'ids': [1, 2], 'names': 'a'}, {'ids': [1, 2]}",
            "{'ids': [1, 2]}, {'ids': [1, 2], 'names': 'a'}",
            "{'ids': [1, 2]}, {'names': 'a'}")) {
      assertThatThrownBy(() -> inputs("{'instances': [" + rows + "]}"))
          .as(rows)
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void aMissingInputIsRefused() {
    assertRefused(
        "{'instances': [{'ids': [1, 2]}]}",
        "input 'names' is missing; the model takes ids: int64 [-1, 2], names: string [-1]");
    assertRefused(
        "{'instances': [[1, 2]]}",
        "input 'ids' is missing; the model takes ids: int64 [-1, 2], names: string [-1]");
  }

  @Test
  void anotherTypeIsRefused() {
    assertRefused(
        "{'inputs': {'ids': [[1, 2.5]], 'names': ['a']}}",
        "a tensor of INT64 has the value 2.5; send whole numbers that fit");
    assertRefused(
        "{'inputs': {'ids': [['a', 'b']], 'names': ['a']}}",
        "input 'ids' has datatype 'BYTES', but the model takes INT64");
    assertRefused(
        "{'inputs': {'ids': [[1, 2]], 'names': [3]}}",
        "input 'names' has datatype 'FP32', but the model takes BYTES");
  }

  /** Each input has a buffer of its own. */
  @Test
  void tooManyNamesAreRefusedWhileTheyAreRead() {
    String names =
        IntStream.rangeClosed(0, 256)
            .mapToObj(i -> "'n" + i + "': 1")
            .collect(Collectors.joining(","));

    assertRefused(
        "{'inputs': {" + names + "}}", "the request has more than 256 inputs; send fewer");
  }
}
