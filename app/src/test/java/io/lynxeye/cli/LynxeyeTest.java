package io.lynxeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LynxeyeTest {

  @TempDir private Path folder;

  private String image() throws IOException {
    return Files.write(folder.resolve("lynx.jpg"), new byte[] {1}).toString();
  }

  private static void assertFails(CommandRun run, String message) {
    assertThat(run.err()).isEqualTo("lynxeye: " + message + System.lineSeparator());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  private static void assertMisused(CommandRun run, String message) {
    assertThat(run.err()).contains(message).contains("Usage: ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void withoutACommandItShowsItsUsage() {
    assertMisused(CommandRun.of(), "Commands:");
  }

  @Test
  void helpListsTheCommands() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("serve", "score", "import", "models", "doctor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "score", "import", "doctor"})
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of(command, "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: lynxeye " + command).contains("--cache");
  }

  @Test
  void printsItsVersion() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("lynxeye ");
  }

  @Test
  void refusesUnknownCommandsAndOptions() {
    assertMisused(CommandRun.of("fly"), "Unmatched argument at index 0: 'fly'");
    assertMisused(CommandRun.of("doctor", "--speed", "9"), "Unknown options: '--speed', '9'");
    assertMisused(CommandRun.of("doctor", "--port", "many"), "'many' is not an int");
    assertMisused(CommandRun.of("score"), "Missing required parameter: 'FILE'");
    assertMisused(CommandRun.of("import"), "Missing required parameter");
    assertMisused(CommandRun.of("score", "--output", "xml", "a.jpg"), "TABLE, JSON, PROBABILITIES");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3"})
  void refusesToReturnNoPrediction(String topK) throws IOException {
    assertFails(
        CommandRun.of("score", "--top-k", topK, image()),
        "--top-k " + topK + " is not a positive integer");
  }

  @Test
  void refusesAnUnknownDevice() throws IOException {
    assertFails(
        CommandRun.of("score", "--device", "cuda", "--output", "json", image()),
        "--device: 'cuda' is not a device: use auto, cpu, gpu or gpu:N (N counts from 0)");
  }

  @Test
  void refusesAFolderWithoutImages() {
    CommandRun run = CommandRun.of("score", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("no images").contains(folder.toString());
  }

  @Test
  void reportsEveryInvalidOptionOfTheServer() {
    assertFails(
        CommandRun.of("serve", "--port", "70000", "--batch-size", "0", "--workers", "0"),
        "port 70000 is not in 0..65535; batch-size 0 is less than 1; workers 0 is less than 1");
  }

  @Test
  void reportsEveryInvalidOptionOfTelemetry() {
    assertFails(
        CommandRun.of("serve", "--otlp-endpoint", "localhost:4317", "--collect-sample", "0"),
        "otlp-endpoint is not an http(s) address; try http://localhost:4318;"
            + " collect-sample 0.0 is not more than 0 and at most 1");
    assertMisused(CommandRun.of("serve", "--log-format", "xml"), "TEXT, JSON");
    assertMisused(CommandRun.of("serve", "--access-log", "yes"), "ON, OFF");
  }

  @Test
  void refusesAnInvalidManagementPort() {
    assertFails(
        CommandRun.of("serve", "--management-port", "-2", "--management-host", ""),
        "management-host is empty; management-port -2 is not in -1..65535");
  }

  @Test
  void refusesAnInvalidGrpcPort() {
    assertFails(
        CommandRun.of("serve", "--grpc-port", "65536"), "grpc-port 65536 is not in -1..65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--request-timeout", "--max-batch-delay", "--drain-timeout"})
  void aTimeThatIsTooLongIsRefusedWithAMessage(String option) {
    assertFails(
        CommandRun.of("serve", option, Long.toString(Long.MAX_VALUE)),
        option.substring(2) + " is more than a day");
  }

  @Test
  void aFailedImportNamesTheReason() {
    String missing = folder.resolve("missing.tar.gz").toString();
    String work = folder.toString();

    CommandRun run = CommandRun.of("import", "m", missing, "--store", work, "--cache", work);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("lynxeye: ").contains("missing.tar.gz");
  }

  @Test
  void anOptionCanComeFromTheEnvironment() throws IOException {
    assertFails(
        CommandRun.with(Map.of("LYNXEYE_TOP_K", "0"), "score", image()),
        "--top-k 0 is not a positive integer");
    assertMisused(
        CommandRun.with(Map.of("LYNXEYE_PORT", "many"), "doctor"), "'many' is not an int");
  }

  @Test
  void theVariablesOfAKubernetesServiceAreNotOptions() {
    CommandRun run =
        CommandRun.with(Map.of("LYNXEYE_PORT", "tcp://10.0.12.7:8080"), "doctor", "--json");

    assertThat(run.exitCode()).isNotEqualTo(2);
    assertThat(run.out()).contains("127.0.0.1:8080");
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() throws IOException {
    Map<String, String> environment = Map.of("LYNXEYE_TOP_K", "0", "LYNXEYE_DEVICE", "cuda");

    assertThat(CommandRun.with(environment, "score", "--top-k", "1", image()).err())
        .contains("--device: 'cuda' is not a device");
  }

  @Test
  void anEmptyVariableIsIgnored() throws IOException {
    Map<String, String> environment =
        Map.of("LYNXEYE_TOP_K", "", "LYNXEYE_MAX_PIXELS", " ", "LYNXEYE_DEVICE", "cuda");

    assertThat(CommandRun.with(environment, "score", image()).err())
        .contains("--device: 'cuda' is not a device");
  }

  @Test
  void variablesNamedLikeHelpAndVersionAreIgnored() throws IOException {
    Map<String, String> environment =
        Map.of("LYNXEYE_VERSION", "0.1.0", "LYNXEYE_HELP", "yes", "LYNXEYE_DEVICE", "cuda");

    assertThat(CommandRun.with(environment, "score", image()).err())
        .contains("--device: 'cuda' is not a device");
  }

  private JsonArray doctor(Map<String, String> environment, String... args) {
    String work = folder.toString();
    String[] all = {"doctor", "--store", work, "--cache", work, "--port", "0"};
    String[] both = Stream.of(all, args).flatMap(Arrays::stream).toArray(String[]::new);
    CommandRun run = CommandRun.with(environment, both);
    JsonArray findings = JsonParser.parseString(run.out()).getAsJsonArray();
    boolean healthy =
        findings.asList().stream().noneMatch(finding -> level(finding).equals("PROBLEM"));
    assertThat(run.exitCode()).isEqualTo(healthy ? 0 : 1);
    return findings;
  }

  private static String level(JsonElement finding) {
    return finding.getAsJsonObject().get("level").getAsString();
  }

  @Test
  void doctorChecksEverything() {
    assertThat(doctor(Map.of(), "--json"))
        .extracting(finding -> finding.getAsJsonObject().get("what").getAsString())
        .startsWith("platform", "jdk", "memory", "processor", "gpu", "cuda", "natives", "webp")
        .endsWith("cache", "npm", "store", "port", "keys");
  }

  @Test
  void aFlagInTheEnvironmentAndOnTheCommandLineIsTrue() {
    assertThat(doctor(Map.of("LYNXEYE_JSON", "true"))).isNotEmpty();
    assertThat(doctor(Map.of("LYNXEYE_JSON", "true"), "--json")).isNotEmpty();
  }

  @Test
  void doctorPrintsTextByDefault() {
    CommandRun run = CommandRun.of("doctor", "--store", folder.toString(), "--port", "70000");

    assertThat(run.out()).contains("ok    jdk").contains("note  port");
    assertThat(run.err()).isEmpty();
  }
}
