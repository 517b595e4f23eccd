package io.lynxeye.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.Feature;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.tensors.ExampleMethod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies with examples. */
class ExamplesRequestTest {

  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          ModelSignature.DEFAULT,
          List.of(new TensorSpec("inputs", "string", Optional.of(List.of(-1L)))),
          List.of(),
          ModelSignature.Takes.TENSORS,
          false,
          "tensorflow/serving/regress");

  private static final ModelDescription MODEL =
      new ModelDescription(
          new ModelId("m", 1), "TensorFlow", "cpu", "fp32", "", "", SIGNATURE, List.of(), 5);

  private static List<Map<String, Feature>> examples(String body) throws Exception {
    ExamplesRequest request = ExamplesRequest.parse(body.getBytes(StandardCharsets.UTF_8));
    List<Map<String, Feature>> examples = new ArrayList<>();
    for (ModelInput input : request.inputs(ExampleMethod.REGRESS, MODEL)) {
      for (byte[] bytes : ((ModelInput.Tensors) input).all().get(0).strings()) {
        examples.add(Example.parseFrom(bytes).getFeatures().getFeatureMap());
      }
    }
    assertThat(examples).hasSize(request.count());
    return examples;
  }

  private static Feature feature(String value) throws Exception {
    return examples("{\"examples\": [{\"a\": " + value + "}]}").get(0).get("a");
  }

  @Test
  void numbersWithAFractionOrAnExponentAreFloats() throws Exception {
    assertThat(feature("1.5").getFloatList().getValueList()).containsExactly(1.5f);
    assertThat(feature("[1.0, 2e3]").getFloatList().getValueList()).containsExactly(1f, 2000f);
    assertThat(feature("[1, 2.5, 3]").getFloatList().getValueList()).containsExactly(1f, 2.5f, 3f);
  }

  @Test
  void otherNumbersAndBooleansAreIntegers() throws Exception {
    assertThat(feature("-7").getInt64List().getValueList()).containsExactly(-7L);
    assertThat(feature("[1, 9223372036854775807, true]").getInt64List().getValueList())
        .containsExactly(1L, Long.MAX_VALUE, 1L);
  }

  @Test
  void stringsAreBytes() throws Exception {
    assertThat(feature("[\"é\", {\"b64\": \"/w==\"}]").getBytesList().getValueList())
        .extracting(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
        .containsExactly("Ã©", "ÿ");
  }

  @Test
  void anEmptyListHasNoKind() throws Exception {
    assertThat(feature("[]")).isEqualTo(Feature.getDefaultInstance());
  }

  @Test
  void theContextBelongsToEveryExampleUnlessItSaysOtherwise() throws Exception {
    List<Map<String, Feature>> examples =
        examples("{\"examples\": [{\"a\": 1}, {\"a\": 2, \"b\": 3}, {}], \"context\": {\"b\": 9}}");

    assertThat(examples)
        .extracting(example -> example.get("b").getInt64List().getValue(0))
        .containsExactly(9L, 3L, 9L);
    assertThat(examples.get(0)).containsOnlyKeys("a", "b");
    assertThat(examples.get(2)).containsOnlyKeys("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": [1, \"x\"]} | feature 'a' has both numbers and strings",
        "{\"a\": [[1]]} | feature 'a' has a value that is neither a number nor a string",
        "{\"a\": [null]} | feature 'a' has a value that is neither a number nor a string",
        "{\"a\": 9223372036854775808} | feature 'a' has a whole number that does not fit 64 bits",
        "{\"a\": 1e99} | feature 'a' has a number that is not finite",
        "{\"a\": NaN} | feature 'a' has a number that is not finite",
        "{\"a\": {}} | feature 'a' has an object that is not",
        "{\"a\": {\"b64\": \"!\"}} | feature 'a' has a string that is not in base64",
        "{\"a\": {\"b64\": \"\", \"c\": 1}} | feature 'a' has an object with more than b64",
        "5 | 'an element of examples' must be an object"
      })
  void aFeatureThatIsNoneIsNamed(String example, String message) {
    assertThatThrownBy(() -> examples("{\"examples\": [" + example + "]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | the body has no 'examples'; send {\"examples\": [{\"feature\": value, ...}, ...]}",
        "{\"examples\": {}} | 'examples' must be an array",
        "{\"examples\": [], \"examples\": []} | 'examples' must be in the body only once",
        "{\"examples\": []} | there is no example; send at least one",
        "{\"examples\": [{}], \"context\": 1} | 'context' must be an object",
        "{\"examples\": [{}], \"signature_name\": \"x\"} | the model has no signature 'x'; it has serving_default"
      })
  void aBodyThatIsNoRequestIsRefused(String body, String message) {
    assertThatThrownBy(() -> examples(body))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void examplesFeaturesAndContextsAreLimited() {
    String many = String.join(",", Collections.nCopies(4097, "{}"));
    String features =
        String.join(",", Collections.nCopies(4096, "{" + "\"a\":1,".repeat(16) + "\"b\":1}"));
    String text = "x".repeat(2000);

    assertThatThrownBy(() -> examples("{\"examples\": [" + many + "]}"))
        .hasMessage("a request has at most 4,096 examples; send them in several requests");
    assertThatThrownBy(() -> examples("{\"examples\": [" + features + "]}"))
        .hasMessage("a request has at most 65,536 features; send them in several requests");
    assertThatThrownBy(
            () ->
                examples(
                    "{\"context\": {\"c\": \""
                        + text
                        + "\"}, \"examples\": ["
                        + many.substring(3)
                        + "]}"))
        .hasMessageMatching(
            "the context has 2,0\\d\\d bytes, which 4,096 examples repeat to more than 4,194,304; .*");
  }
}
