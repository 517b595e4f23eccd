package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is 32 random bytes in base64url, 43 characters (RFC 4648), or nothing is stored. */
final class KeysTest {
  private static final String KEY = "[A-Za-z0-9_-]{43}";

  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void readyForTheService() throws Exception {
    cloud = new Cloud(folder);
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh")) {
      succeeds(script);
    }
  }

  @Test
  void oneKeyIsReplacedAndNeverAppearsOnACommandLine() throws Exception {
    succeeds("deploy.sh");
    String primary = cloud.state("secret-primary");
    String secondary = cloud.state("secret-secondary");
    assertThat(primary).matches(KEY).isNotEqualTo(secondary);
    assertThat(secondary).matches(KEY);
    Cloud.Outcome rotated = succeeds("deploy.sh", "--rotate", "primary");
    assertThat(rotated.changes()).hasSize(1);
    String replaced = cloud.state("secret-primary");
    assertThat(replaced).matches(KEY).isNotEqualTo(primary);
    assertThat(cloud.state("secret-secondary")).isEqualTo(secondary);
    assertThat(rotated.calls() + rotated.out() + rotated.err()).doesNotContain(replaced);
  }

  /** coreutils before 8.31, macOS and busybox have no basenc. */
  @Test
  void keysNeedNoBasenc() throws Exception {
    cloud.without("basenc");
    succeeds("deploy.sh");
    for (String name : List.of("primary", "secondary", "admin")) {
      assertThat(cloud.state("secret-" + name)).matches(KEY);
    }
  }

  /** The programs of busybox and macOS print what GNU's print, but one that fails must not pass. */
  @Test
  void withoutAKeyNothingIsStored() throws Exception {
    cloud.program("base64", "exit 1");
    Cloud.Outcome outcome = cloud.run("deploy.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("no key was made: 0 characters instead of 43");
    assertThat(outcome.calls()).noneMatch(call -> call.contains("secret"));
  }

  @Test
  void rotationWithoutAKeyKeepsTheGoodOne() throws Exception {
    succeeds("deploy.sh");
    String good = cloud.state("secret-primary");
    cloud.program("tr", "exec /usr/bin/head -c 7"); // A broken pipe of programs: seven characters.
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--rotate", "primary");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("no key was made");
    assertThat(outcome.changes()).isEmpty();
    assertThat(cloud.state("secret-primary")).isEqualTo(good);
  }

  @Test
  void aSecretOfAnEarlierVersionGetsWhatItLacks() throws Exception {
    succeeds("deploy.sh");
    String primary = cloud.state("secret-primary");
    Files.delete(folder.resolve("state/secret-admin"));
    cloud.state("secret-secondary", ""); // As an earlier version stored it.

    Cloud.Outcome again = succeeds("deploy.sh");

    assertThat(again.changes())
        .hasSize(2)
        .allMatch(call -> call.startsWith("kubectl patch secret"));
    assertThat(cloud.state("secret-admin")).matches(KEY);
    assertThat(cloud.state("secret-secondary")).matches(KEY);
    assertThat(cloud.state("secret-primary")).isEqualTo(primary);
    assertThat(again.calls() + again.out()).doesNotContain(cloud.state("secret-admin"));
  }

  /**
   * The error of a vault whose role is not in effect yet; "(not found)" in it does not mean that
   * the key is absent. Text: Azure/azure-cli issue 22510 and
   * terraform-azurerm-avm-res-keyvault-vault issue 78.
   */
  @Test
  void aVaultsKeySurvivesARoleThatTakesTime() throws Exception {
    String settings = cloud.file("mine.yaml", "key_vault: vault1\n").toString();
    String refusal =
        "ERROR: (Forbidden) Caller is not authorized to perform action on resource.\n"
            + "If role assignments, deny assignments or role definitions were changed recently,"
            + " please observe propagation time.\nAssignment: (not found)\n"
            + "Inner error: {\"code\": \"ForbiddenByRbac\"}";
    cloud.fails("az-keyvault-secret-list", refusal, 2);
    cloud.fails("az-keyvault-secret-set", refusal, 2);
    Cloud.Outcome outcome = succeeds("deploy.sh", "--settings", settings);
    assertThat(outcome.err()).contains("a new role takes up to ten minutes to take effect");
    for (String name : List.of("primary", "secondary", "admin")) {
      assertThat(cloud.state("az/keyvault-secret/lynxeye-" + name)).matches(KEY);
    }
    cloud.environment("LYNXEYE_ROLE_WAIT", "0");
    cloud.fails("az-keyvault-secret-list", refusal);
    Cloud.Outcome refused = cloud.run("deploy.sh", "--settings", settings);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("a role is missing", "run provision.sh");
    assertThat(refused.calls()).noneMatch(call -> call.contains("secret set"));
  }

  private Cloud.Outcome succeeds(String script, String... arguments)
      throws IOException, InterruptedException {
    Cloud.Outcome outcome = cloud.run(script, arguments);
    assertThat(outcome.exit()).as(script + ": " + outcome.err()).isZero();
    return outcome;
  }
}
