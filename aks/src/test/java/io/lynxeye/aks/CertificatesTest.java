package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What provision.sh installs for certificates of Let's Encrypt, against stand-ins. */
final class CertificatesTest {

  private static final String SETTINGS = "gateway: https\nleaf_domain_label: lynx-scores\n";

  @TempDir private Path folder;

  @Test
  void certManagerAndTheIssuerAreCreatedOnce() throws Exception {
    Cloud cloud = new Cloud(folder);
    Path settings = cloud.file("mine.yaml", SETTINGS + "tls_issuer: letsencrypt\n");

    Cloud.Outcome first = cloud.run("provision.sh", "--settings", settings.toString());
    Cloud.Outcome second = cloud.run("provision.sh", "--settings", settings.toString());

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.changes())
        .anyMatch(call -> call.matches("helm upgrade --install cert-manager .*--version v1.*"))
        .contains("kubectl create -f CHECKOUT/aks/letsencrypt.yaml");
    assertThat(second.changes()).isEmpty();
  }

  /** With another issuer, cert-manager is there already. */
  @Test
  void anIssuerOfOnesOwnIsLeftAlone() throws Exception {
    Cloud cloud = new Cloud(folder);
    Path settings = cloud.file("mine.yaml", SETTINGS + "tls_issuer: our-authority\n");

    Cloud.Outcome outcome = cloud.run("provision.sh", "--settings", settings.toString());

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.calls()).noneMatch(call -> call.contains("cert-manager"));
  }

  /** cert-manager adds the gateway that asks to a solver without parents. */
  @Test
  void theIssuerAnswersAtTheGatewayThatAsks() throws IOException {
    KubeObject issuer =
        new KubeObject(Tree.map(new Yaml().load(Files.readString(Path.of("letsencrypt.yaml")))));

    assertThat(issuer).hasToString("ClusterIssuer/letsencrypt");
    assertThat(issuer.map("spec", "acme", "solvers", 0, "http01", "gatewayHTTPRoute"))
        .containsOnlyKeys("serviceType");
  }
}
