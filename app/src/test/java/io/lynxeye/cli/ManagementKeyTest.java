package io.lynxeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.TestCallers;
import io.lynxeye.server.TestManagement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lynxeye models} with a server that requires a key. */
class ManagementKeyTest {

  private static final Optional<Authenticator> KEY =
      Optional.of(
          TestCallers.key("admin", Role.ADMIN, "the-right-key")
              .or(TestCallers.key("the-score-key")));

  @TempDir private Path folder;

  private CommandRun list(Map<String, String> environment, String... more) {
    try (TestManagement server =
        new TestManagement(
            folder.resolve("store"),
            "127.0.0.1",
            new Protection(
                SecurityConfig.DEFAULT, KEY, KEY, new FilePoller(Duration.ofSeconds(1))))) {
      String[] all = {"models", "list", "--json", "--server", server.uri("").toString()};
      String[] arguments = Arrays.copyOf(all, all.length + more.length);
      System.arraycopy(more, 0, arguments, all.length, more.length);
      return CommandRun.with(environment, arguments);
    }
  }

  @Test
  void withoutAValidKeyTheErrorNamesTheOption() throws IOException {
    Files.createDirectories(folder.resolve("store"));

    for (CommandRun run :
        new CommandRun[] {list(Map.of()), list(Map.of("LYNXEYE_API_KEY", "wrong-key"))}) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("requires an administrator's key", "--admin-key-file", "LYNXEYE_ADMIN_KEY");
      assertThat(run.err()).doesNotContain("wrong-key");
    }
  }

  @Test
  void withTheKeyTheModelsAreListed() throws IOException {
    Files.createDirectories(folder.resolve("store"));
    Path file = Files.writeString(folder.resolve("key"), "the-right-key\n");

    assertThat(list(Map.of("LYNXEYE_ADMIN_KEY", "the-right-key")).exitCode()).isZero();
    assertThat(list(Map.of("LYNXEYE_API_KEY", "the-right-key")).exitCode()).isZero();
    assertThat(list(Map.of("LYNXEYE_ADMIN_KEY_FILE", file.toString())).exitCode()).isZero();
    assertThat(list(Map.of(), "--admin-key-file", file.toString()).exitCode()).isZero();
    assertThat(list(Map.of(), "--key-file", file.toString()).exitCode()).isZero();
  }

  @Test
  void aKeyThatMayOnlyScoreIsRefusedWithTheReason() throws IOException {
    Files.createDirectories(folder.resolve("store"));

    CommandRun run = list(Map.of("LYNXEYE_API_KEY", "the-score-key"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("this key may score and not manage models");
  }

  @Test
  void aKeyThatIsNoValidHeaderIsNotShown() throws IOException {
    Files.createDirectories(folder.resolve("store"));

    CommandRun run = list(Map.of("LYNXEYE_API_KEY", "first\nsecond"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("invalid key").doesNotContain("first");
  }
}
