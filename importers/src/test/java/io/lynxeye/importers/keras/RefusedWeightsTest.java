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

class RefusedWeightsTest {
  @TempDir Path folder;

  private final TinyModel model = new TinyModel();

  @Test
  void namesAMissingWeight() {
    model.without("conv/bias");

    conversion().hasMessage("The weight conv/bias is missing or used twice.");
  }

  @Test
  void namesAnUnusedWeight() {
    model.weight("stray", "[1]", 1);

    conversion().hasMessage("1 weights belong to no layer, the first is stray.");
  }

  @Test
  void namesAWeightOfTheWrongShape() {
    model.weight("dense/kernel", "[3, 2]", 1, 2, 3, 4, 5, 6);

    conversion()
        .hasMessage("The weight dense/kernel has the shape [3, 2], the layer needs [2, 3].");
  }

  @Test
  void namesAWeightThatIsNotFloat32() {
    model.weight("conv/bias").addProperty("dtype", "uint8");

    conversion().hasMessage("The weight conv/bias is not plain float32.");
  }

  @Test
  void namesADuplicateWeight() {
    model.weight("stray", "[1]", 1).weight("stray").addProperty("name", "conv/bias");

    conversion().hasMessage("The weight conv/bias is in the manifest twice.");
  }

  @Test
  void refusesAManifestThatDoesNotMatchTheFiles() {
    model.weight("conv/bias", "[2]", 1, 2, 3);

    conversion().hasMessage("The weights files hold 120 bytes, the manifest describes 116.");
  }

  @Test
  void refusesAnEmptyShape() {
    model.weight("conv/bias", "[-2]", 1, 2);

    conversion().hasMessage("The weight conv/bias has the shape [-2].");
  }

  @Test
  void refusesAManifestWithoutShapes() {
    model.weight("conv/bias").remove("shape");

    conversion().hasMessageStartingWith("The weights manifest cannot be read");
  }

  @Test
  void namesAMissingWeightsFile() throws Exception {
    Path json = model.write(folder);
    Files.delete(folder.resolve("shard2.bin"));

    conversion(json).hasMessage("The weights file shard2.bin is missing.");
  }

  @Test
  void refusesAWeightsFileOfAnotherFolder() throws Exception {
    JsonObject json = model.json();
    json.getAsJsonArray("weightsManifest")
        .get(0)
        .getAsJsonObject()
        .add("paths", JsonParser.parseString("['../shard1.bin']"));

    conversion(model.write(folder, json)).hasMessageContaining("names a file elsewhere");
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
