package io.lynxeye.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.lynxeye.cli.CommandRun;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.fakes.FakeRegistrar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same commands on a store folder and on a running server. */
class ModelsCommandTest {

  @TempDir private Path folder;
  private Path store;
  private TestManagement server;

  @BeforeEach
  void start() throws IOException {
    store = Files.createDirectory(folder.resolve("store"));
    server = new TestManagement(store);
    server.loader().fail("cats", 2, "its graph is damaged");
    server.put("cats", 1).put("cats", 2);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static CommandRun run(String command, List<String> where, String... more) {
    List<String> args = new ArrayList<>(List.of("models", command));
    args.addAll(List.of(more));
    args.addAll(where);
    return CommandRun.of(args.toArray(String[]::new));
  }

  private CommandRun onStore(String command, String... more) {
    List<String> where = List.of("--store", store.toString(), "--cache", folder.toString());
    return run(command, where, more);
  }

  private CommandRun onServer(String command, String... more) {
    return run(command, List.of("--server", "http://127.0.0.1:" + server.port()), more);
  }

  private static void assertFails(CommandRun run, String... messages) {
    assertThat(run.err()).startsWith("lynxeye: ").contains(messages);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theListOfAServerShowsStatesAndProblems() {
    CommandRun run = onServer("list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "MODEL  VERSION  STATE      FORMAT        PROBLEM",
            "cats   1        AVAILABLE  SAVED_MODEL",
            "cats   2        END        SAVED_MODEL   its graph is damaged");
  }

  @Test
  void theListOfAStoreShowsItsVersions() {
    FakeRegistrar.write(store.resolve("hollow").resolve("1"), true, "");

    CommandRun run = onStore("list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .contains("cats    2        -          SAVED_MODEL")
        .anyMatch(
            line -> line.startsWith("hollow  1        -          -") && line.contains("empty"));
  }

  @Test
  void anEmptyStoreIsReportedInTextAndAsAnEmptyArray() throws IOException {
    List<String> nowhere = List.of("--store", folder.resolve("nothing").toString());

    assertThat(run("list", nowhere).out())
        .startsWith("no models; add one with ./lynxeye models add");
    assertThat(run("list", nowhere, "--json").out()).isEqualTo("[]\n");
  }

  @Test
  void aDescriptionHasAllFacts() {
    assertThat(onServer("describe", "cats").out())
        .contains("state                AVAILABLE", "workers              1", "engine  ")
        .contains("reason               its graph is damaged");
    assertThat(onStore("describe", "cats").out())
        .contains("version              2", "place                cats/2")
        .doesNotContain("state  ");
  }

  @Test
  void scriptsGetTheSameFieldsFromBoth() {
    JsonArray fromServer =
        JsonParser.parseString(onServer("describe", "cats", "--json").out()).getAsJsonArray();
    JsonArray fromStore =
        JsonParser.parseString(onStore("describe", "cats", "--json").out()).getAsJsonArray();

    assertThat(fromServer).hasSize(2);
    assertThat(fromStore).hasSize(2);
    for (String field : List.of("modelName", "version", "place", "format")) {
      assertThat(fromServer.get(1).getAsJsonObject().get(field))
          .isEqualTo(fromStore.get(1).getAsJsonObject().get(field));
    }
    assertThat(fromServer.get(0).getAsJsonObject().get("state").getAsString())
        .isEqualTo("AVAILABLE");
  }

  @Test
  void aModelIsAddedToAServerAndRemovedFromIt() throws IOException {
    Path archive = Files.writeString(folder.resolve("my dogs.zip"), "");

    CommandRun added = onServer("add", "dogs", archive.toString(), "--model-version", "4");
    CommandRun again = onServer("add", "dogs", archive.toString(), "--model-version", "4");
    CommandRun removed = onServer("remove", "dogs", "--model-version", "4");

    assertThat(added.out().trim()).isEqualTo("Model \"dogs\" registered.");
    assertThat(server.registrar().seen().get(0).url()).isEqualTo(archive.toString());
    assertFails(again, "Workflow dogs:4 is already registered.");
    assertThat(removed.out().trim()).isEqualTo("Model or workflow \"dogs\" unregistered");
    assertThat(store.resolve("dogs")).doesNotExist();
  }

  @Test
  void withoutAVersionAModelThatIsAddedMustBeNewOnBoth() throws IOException {
    server.put("dogs", 7, "");
    Path archive = Files.writeString(folder.resolve("dogs.zip"), "");

    assertFails(
        onStore("add", "dogs", archive.toString()),
        "model 'dogs' already exists in " + store,
        "--model-version");
    assertFails(onServer("add", "dogs", archive.toString()), "dogs is already registered.");
    assertThat(store.resolve("dogs").resolve("1")).doesNotExist();
    assertThat(server.registrar().seen()).isEmpty();
  }

  @Test
  void aModelIsRemovedFromAStoreByMovingIt() {
    CommandRun removed = onStore("remove", "cats", "--model-version", "2");

    assertThat(removed.exitCode()).isZero();
    assertThat(removed.out()).startsWith("moved to ").contains(".removed");
    assertThat(store.resolve("cats").resolve("2")).doesNotExist();
    assertThat(store.resolve("cats").resolve("1")).exists();
  }

  @Test
  void aMissingModelIsAFailure() {
    assertFails(onStore("describe", "birds"), "no model 'birds' in " + store);
    assertFails(onStore("remove", "cats", "--model-version", "9"), "'cats' version 9");
    assertFails(onStore("add", "birds", "no.zip"), "no.zip");
    assertFails(onServer("describe", "birds"), "Workflow not found: birds");
    assertFails(onServer("remove", "birds"), "Model or workflow not found: birds");
    assertFails(onServer("add", "missing", "http://x/missing.zip"), "Invalid model url");
  }

  @Test
  void anUnreachableServerIsReportedWithTheCure() {
    String address = "http://127.0.0.1:" + server.port();
    server.close();

    assertFails(
        run("list", List.of("--server", address)),
        "no server answers at " + address,
        "--management-port");
  }

  @Test
  void theScoringPortAsManagementPortIsReported() {
    try (TestServer scoring = TestServer.ready()) {
      assertFails(
          run("list", List.of("--server", "http://127.0.0.1:" + scoring.port())),
          "there is nothing at this address");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "ftp://x", "http://", "http://a b"})
  void anInvalidAddressIsRefused(String address) {
    assertFails(run("list", List.of("--server", address)), "is not an address such as");
  }

  @Test
  void withoutASubcommandOrItsArgumentsItShowsItsUsage() {
    assertThat(CommandRun.of("models").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("models").err()).contains("list", "describe", "add", "remove");
    assertThat(CommandRun.of("models", "describe").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("models", "add").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("models", "remove", "a", "--model-version", "x").exitCode())
        .isEqualTo(2);
  }
}
