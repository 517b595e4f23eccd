package io.lynxeye.cli;

import static io.lynxeye.security.TestCallers.admits;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.security.Caller;
import io.lynxeye.security.Role;
import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.security.keys.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

  @TempDir private Path folder;

  private CommandRun keys(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "keys";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--keys";
    all[arguments.length + 2] = file().toString();
    return CommandRun.of(all);
  }

  private Path file() {
    return folder.resolve("keys");
  }

  private ApiKeys valid() throws IOException {
    return new ApiKeys(List.of(new KeyFile(file())));
  }

  private static String key(CommandRun run, int line) {
    return run.out().lines().toList().get(line).replaceFirst("^\\S+ +", "");
  }

  @Test
  void generateShowsBothKeysAndKeepsTheirHashes() throws IOException {
    CommandRun run = keys("generate");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("primary    \\S{43}\nsecondary  \\S{43}\n");
    assertThat(run.err()).contains("shown only once").contains(file().toString());
    assertThat(admits(valid(), key(run, 0))).isTrue();
    assertThat(admits(valid(), key(run, 1))).isTrue();
    assertThat(Files.readString(file())).doesNotContain(key(run, 0), key(run, 1));
  }

  @Test
  void generateKeepsExistingKeys() throws IOException {
    keys("generate");
    String before = Files.readString(file());

    CommandRun again = keys("generate");

    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("already exists").contains("regenerate");
    assertThat(Files.readString(file())).isEqualTo(before);
  }

  @Test
  void anAdministratorsKeyIsAddedToExistingKeysAndReplaced() throws IOException {
    CommandRun old = keys("generate");

    CommandRun made = keys("generate", "--admin");
    CommandRun again = keys("generate", "--admin");

    assertThat(made.out()).matches("admin      \\S{43}\n");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("lynxeye keys regenerate admin");
    assertThat(valid().find(key(made, 0))).contains(new Caller("admin", Role.ADMIN));
    assertThat(valid().find(key(old, 0))).contains(new Caller("primary", Role.SCORE));
    CommandRun replaced = keys("regenerate", "admin");
    assertThat(admits(valid(), key(made, 0))).isFalse();
    assertThat(valid().find(key(replaced, 0))).contains(new Caller("admin", Role.ADMIN));
    assertThat(keys("show").out()).contains("...  score\n", "...  admin\n");
  }

  @Test
  void withoutKeysTheAdministratorsKeyComesWithTheOthers() throws IOException {
    CommandRun run = keys("generate", "--admin");

    assertThat(run.out()).matches("primary    \\S{43}\nsecondary  \\S{43}\nadmin      \\S{43}\n");
    assertThat(valid().hasAdministrators()).isTrue();
  }

  @Test
  void regenerateReplacesOneKeyAndLeavesTheOther() throws IOException {
    CommandRun old = keys("generate");

    CommandRun run = keys("regenerate", "secondary");

    assertThat(run.out()).matches("secondary  \\S{43}\n");
    assertThat(admits(valid(), key(old, 0))).isTrue();
    assertThat(admits(valid(), key(old, 1))).isFalse();
    assertThat(admits(valid(), key(run, 0))).isTrue();
  }

  @Test
  void regenerateNeedsKeysAndTheNameOfOne() {
    assertThat(keys("regenerate", "primary").err())
        .contains("create it with lynxeye keys generate");
    assertThat(keys("regenerate").exitCode()).isEqualTo(2);
    keys("generate");
    assertThat(keys("regenerate", "third").exitCode()).isEqualTo(2);
    assertThat(keys("regenerate", "third").err()).contains("only: primary, secondary");
    assertThat(keys("regenerate", "admin").err()).contains("lynxeye keys generate --admin");
  }

  @Test
  void showPrintsHashesAndNotTheKeys() {
    CommandRun made = keys("generate");

    CommandRun run = keys("show");

    assertThat(run.out())
        .matches(
            "primary    sha256:[0-9a-f]{12}\\.{3}  score\nsecondary  sha256:[0-9a-f]{12}\\.{3}  score\n")
        .doesNotContain(key(made, 0), key(made, 1));
  }

  @Test
  void theDefaultFileIsInTheUsersConfiguration() {
    Map<String, String> environment = Map.of("XDG_CONFIG_HOME", folder.toString());

    CommandRun run = CommandRun.with(environment, "keys", "generate");

    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("lynxeye").resolve("keys")).isRegularFile();
  }

  @Test
  void theDoctorChecksTheKeys() throws IOException {
    String cache = folder.toString();
    String[] doctor = {"doctor", "--cache", cache, "--store", cache, "--keys", file().toString()};
    assertThat(CommandRun.of(doctor).out()).contains("none: requests are not authenticated");

    keys("generate");
    assertThat(CommandRun.of(doctor).out())
        .contains("primary, secondary in " + file(), "lynxeye keys generate --admin");

    keys("generate", "--admin");
    assertThat(CommandRun.of(doctor).out())
        .contains("primary, secondary, admin in " + file())
        .doesNotContain("no key may manage");

    Files.writeString(file(), "nonsense");
    assertThat(CommandRun.of(doctor).out()).contains("is not a key file");
  }
}
