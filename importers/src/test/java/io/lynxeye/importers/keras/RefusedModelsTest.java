package io.lynxeye.importers.keras;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedModelsTest {
  @TempDir Path folder;

  private final TinyModel model = new TinyModel();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          pad     | padding           | 7
          pad     | padding           | [[1, 1], [1, 1], [1, 1], [1, 1]]
          conv    | data_format       | 'channels_first'
          conv    | groups            | 2
          conv    | activation        | 'elu'
          conv    | activation        | {'class_name': 'ReLU'}
          conv    | filters           | 0
          conv    | filters           | 'many'
          conv    | strides           | 2
          conv    | strides           | [1, 0.5]
          conv    | padding           | 'causal'
          conv    | use_bias          | 1
          bn      | axis              | [1]
          bn      | epsilon           | 'small'
          relu    | activation        | 'tanh'
          pool    | pool_size         | null
          mean    | keepdims          | true
          dense   | units             | null
          input   | batch_input_shape | [null, null, null, 3]
          input   | batch_input_shape | [null, 4]
          """)
  void namesLayerTypeAndSettingThatAreNotSupported(String layer, String key, String value) {
    model.config(layer, key, value);

    String type = model.layer(layer).get("class_name").getAsString();
    conversion()
        .hasMessageStartingWith("Layer " + layer + " (" + type + ") has an unsupported " + key);
  }

  @Test
  void namesAnUnknownLayerType() {
    model.layer("relu", "LeakyReLU", "", "bn");

    conversion().hasMessage("Layer relu (LeakyReLU) is of a type that is not supported.");
  }

  @Test
  void namesALayerThatReadsFromALaterOne() {
    model.layer("relu", "Activation", "'activation': 'relu'", "nowhere");

    conversion().hasMessageContaining("Layer relu").hasMessageContaining("does not come before it");
  }

  @Test
  void namesALayerWithTooManyInputs() {
    model.layer("relu", "Activation", "'activation': 'relu'", "bn", "conv");

    conversion().hasMessageContaining("Layer relu (Activation) has 2 inputs, only 1 is supported");
  }

  @Test
  void refusesToAddDifferentShapes() {
    model.layer("add", "Add", "", "pool", "input");

    conversion().hasMessageContaining("Layer add (Add) adds outputs of different shapes");
  }

  @Test
  void refusesASpatialLayerAfterTheMean() {
    model.layer("dropout", "MaxPooling2D", "'pool_size': [2, 2]", "mean");

    conversion().hasMessageContaining("Layer dropout (MaxPooling2D) needs an input with height");
  }

  @Test
  void refusesDenseOnASpatialInput() {
    model.layer("dense", "Dense", "'units': 3, 'activation': 'softmax'", "average");

    conversion().hasMessageContaining("Layer dense (Dense) needs an input without height");
  }

  @Test
  void refusesASharedLayer() {
    model
        .layer("relu")
        .getAsJsonArray("inbound_nodes")
        .add(JsonParser.parseString("[['conv',0,0]]"));

    conversion().hasMessageContaining("\"relu\" is used more than once");
  }

  @Test
  void refusesTheSecondOutputOfALayer() {
    model.layer("relu").add("inbound_nodes", JsonParser.parseString("[[['bn', 0, 1, {}]]]"));

    conversion().hasMessageContaining("\"relu\" has an unsupported input");
  }

  @Test
  void refusesAnOutputThatIsNotASoftmax() {
    model.config("dense", "activation", "'linear'");

    conversion().hasMessageContaining("does not end in a softmax");
  }

  @Test
  void refusesAMissingOutputLayer() {
    model.output("other");

    conversion().hasMessage("The output layer other is missing.");
  }

  @Test
  void refusesAMissingInputLayer() {
    model.layer("input", "Activation", "");

    conversion().hasMessage("The input layer input is missing.");
  }

  @Test
  void refusesAVarianceBelowZero() {
    model.weight("bn/moving_variance", "[2]", 1, -2);

    conversion().hasMessageContaining("Layer bn").hasMessageContaining("variance in channel 1");
  }

  @Test
  void refusesASequentialModel() throws Exception {
    JsonObject json = model.json();
    modelConfig(json).addProperty("class_name", "Sequential");

    conversion(model.write(folder, json)).hasMessageContaining("class Sequential");
  }

  @Test
  void refusesTwoInputs() throws Exception {
    JsonObject json = model.json();
    modelConfig(json)
        .getAsJsonObject("config")
        .add("input_layers", JsonParser.parseString("[['a', 0, 0], ['b', 0, 0]]"));

    conversion(model.write(folder, json))
        .hasMessage("The model has 2 input_layers, only one is supported.");
  }

  @Test
  void refusesAFileThatIsNotALayersModel() throws Exception {
    conversion(Files.writeString(folder.resolve("model.json"), "{}"))
        .hasMessageStartingWith("model.json is not the JSON of a layers model");
    conversion(Files.writeString(folder.resolve("model.json"), "no json"))
        .hasMessageStartingWith("model.json is not the JSON of a layers model");
  }

  private static JsonObject modelConfig(JsonObject json) {
    return json.getAsJsonObject("modelTopology").getAsJsonObject("model_config");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> conversion() {
    return assertThatThrownBy(() -> Converted.of(model, folder))
        .isInstanceOf(InvalidModelException.class);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> conversion(Path json) {
    return assertThatThrownBy(() -> Converted.of(json, new KerasConversion(true, Optional.empty())))
        .isInstanceOf(InvalidModelException.class);
  }
}
