package io.lynxeye.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StoreOptionsTest {

  @TempDir private Path folder;
  private StoreOptions store;

  @BeforeEach
  void readOptions() {
    store = CommandLine.populateCommand(new StoreOptions(), "--store", folder.toString());
  }

  private void model(String name) throws IOException {
    Path version = Files.createDirectories(folder.resolve(name).resolve("1"));
    Files.writeString(version.resolve("saved_model.pb"), "");
  }

  @Test
  void findsTheModelsOfTheStore() throws Exception {
    model("a");
    model("b");
    model("not a name");

    assertThat(store.find("a")).extracting(StoredModel::name).containsExactly("a", "b");
  }

  @Test
  void linksMayLeadToTheFoldersThatAreNamed() throws Exception {
    model("volumes/a/m");
    Path linked = Files.createDirectories(folder.resolve("linked"));
    Files.createSymbolicLink(linked.resolve("m"), folder.resolve("volumes/a/m"));
    store =
        CommandLine.populateCommand(
            new StoreOptions(),
            "--store=" + linked,
            "--store-links=" + folder.resolve("elsewhere"),
            "--store-links=" + folder.resolve("volumes"));

    assertThat(store.find("m")).extracting(StoredModel::name).containsExactly("m");
  }

  @Test
  void aMissingModelIsAFailureWithTheCure() throws IOException {
    model("a");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> store.find("resnet50"))
        .withMessageStartingWith("no model 'resnet50' in " + folder)
        .withMessageContaining("./lynxeye import");
  }

  @Test
  void anEmptyStoreIsFilledOnlyForTheDefaultModel() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> store.find("mine"))
        .withMessageStartingWith("no model 'mine'");
  }

  @Test
  void theDefaultCacheIsTheUsers() {
    assertThat(store.cache()).hasFileName("lynxeye");
  }
}
