package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The plan uses the settings' names and creates what provision.sh creates. */
final class TerraformTest {
  private static String plan() throws IOException {
    return all("terraform", ".tf");
  }

  private static String all(String folder, String ending) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.filter(each -> each.toString().endsWith(ending)).sorted().toList()) {
        all.append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void readsOnlySettingsThatExist() throws IOException {
    String keys = "^([a-z_]+):";
    Set<String> known = found(keys, Files.readString(Path.of("settings.yaml")));
    known.addAll(found(keys, Files.readString(Path.of("chart/values-t4.yaml"))));
    Set<String> read = found("local\\.(?:s|asked)\\.([a-z_]+)", plan());
    assertThat(read).hasSizeGreaterThan(15).isSubsetOf(known);
  }

  @Test
  void usesTheNamesOfTheScript() throws IOException {
    String script = all("", ".sh");
    String plan = plan();
    Set<String> roles = found("allow \"([^\"]+)\" ", script);
    roles.remove("Monitoring Data Reader"); // Needs monitoring, which the plan refuses.
    assertThat(found("role_definition_name += \"([^\"]+)\"", plan))
        .containsAll(roles)
        .hasSize(roles.size() + 1);
    for (String both :
        List.of("-identity", "system:serviceaccount:", "sku=gpu:NoSchedule", "scoring")) {
      assertThat(script).contains(both);
      assertThat(plan).contains(both);
    }
  }

  @Test
  void pinsItsProvider() throws IOException {
    assertThat(plan()).containsPattern("version += \"= \\d+\\.\\d+\\.\\d+\"");
  }

  /** Of the resources used here, by the upgrade guide to 5.0 of azurerm. */
  @Test
  void isReadyForTheNextMajorVersionOfItsProvider() throws IOException {
    assertThat(found("^ +([a-z_]+) +[={]", plan()))
        .contains("node_provisioning_profile", "rbac_authorization_enabled")
        .contains("user_assigned_identity_id", "resource_provider_registrations")
        .doesNotContain("parent_id", "enable_rbac_authorization", "contact", "encryption")
        .doesNotContain("storage_account_name", "resource_manager_id", "queue_properties")
        .doesNotContain("static_website", "trust_policy_enabled", "skip_provider_registration");
  }

  /** Settings that az gets as options, and the plan as arguments. */
  @Test
  void usesTheSettingsOfTheCluster() throws IOException {
    assertThat(found("local\\.s\\.([a-z_]+)", plan()))
        .contains("cluster_tier", "upgrade_channel", "node_os_upgrade_channel")
        .contains("authorized_ip_ranges", "entra_admin_group", "collect_model_data")
        .contains("node_autoscale_enabled", "node_min_count", "node_max_count");
  }
}
