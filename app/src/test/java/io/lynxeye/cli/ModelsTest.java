package io.lynxeye.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsTest {

  @TempDir private Path folder;
  private final Places places = new Places();

  @BeforeEach
  void readOptions() {
    new CommandLine(
            CommandLine.Model.CommandSpec.wrapWithoutInspection(new Object())
                .addMixin("places", CommandLine.Model.CommandSpec.forAnnotatedObject(places)))
        .parseArgs("--store", folder.toString());
  }

  private void model(String name) throws IOException {
    Path version = Files.createDirectories(folder.resolve(name).resolve("1"));
    Files.writeString(version.resolve("saved_model.pb"), "");
  }

  @Test
  void findsWhatIsInTheStore() throws Exception {
    model("a");
    model("b");
    model("not a name");

    assertThat(Models.find(places, "a")).extracting(StoredModel::name).containsExactly("a", "b");
  }

  @Test
  void aModelThatIsNotThereIsAFailureWithACure() throws IOException {
    model("a");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Models.find(places, "resnet50"))
        .withMessageStartingWith("there is no model 'resnet50' in " + folder)
        .withMessageContaining("./lynxeye import");
  }

  @Test
  void anEmptyStoreIsNotFilledForAnotherModelThanTheDefault() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Models.find(places, "mine"))
        .withMessageStartingWith("there is no model 'mine'");
  }

  @Test
  void theCacheIsTheUsersUnlessAnotherIsNamed() {
    assertThat(places.cache()).hasFileName("lynxeye");
  }
}
