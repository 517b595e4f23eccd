package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How clients reach the service: its name, certificate and address, and what the notes say. */
final class AccessTest {

  private static final String NAME = "lynx-scores.westeurope.cloudapp.azure.com";

  @Test
  void aLabelGivesTheServiceItsNameAndTheAddressItsLabel() {
    Rendering label = Renderings.of("t4", "certificate of an issuer");
    KubeObject gateway = label.one("Gateway", "lynxeye");

    assertThat(gateway.map("spec", "infrastructure", "annotations"))
        .isEqualTo(Map.of("service.beta.kubernetes.io/azure-dns-label-name", "lynx-scores"));
    assertThat(gateway.maps("spec", "listeners"))
        .allMatch(listener -> listener.get("hostname").equals(NAME));
    assertThat(label.one("HTTPRoute", "lynxeye").at("spec", "hostnames")).isEqualTo(List.of(NAME));
  }

  /** cert-manager makes the Secret of a listener, and answers the authority on port 80. */
  @Test
  void anIssuersCertificateNeedsPort80WhereTheServiceHasNoRoute() {
    Rendering label = Renderings.of("t4", "certificate of an issuer");
    KubeObject gateway = label.one("Gateway", "lynxeye");

    assertThat(gateway.text("metadata", "annotations", "cert-manager.io/cluster-issuer"))
        .isEqualTo("letsencrypt");
    assertThat(gateway.maps("spec", "listeners"))
        .extracting(listener -> listener.get("port") + " " + listener.get("protocol"))
        .containsExactly("80 HTTP", "443 HTTPS");
    assertThat(gateway.text("spec", "listeners", 1, "tls", "certificateRefs", 0, "name"))
        .isEqualTo("lynxeye-tls");
    assertThat(label.all("HTTPRoute"))
        .singleElement()
        .satisfies(
            route ->
                assertThat(route.maps("spec", "parentRefs"))
                    .extracting(parent -> parent.get("sectionName"))
                    .containsExactly("https"));
  }

  @Test
  void aCertificateOfOnesOwnNeedsPort443Only() {
    KubeObject gateway = Renderings.of("t4", "https").one("Gateway", "lynxeye");

    assertThat(gateway.maps("spec", "listeners"))
        .extracting(listener -> listener.get("port"))
        .containsExactly(443);
    assertThat(gateway.map("metadata")).doesNotContainKey("annotations");
    assertThat(gateway.map("spec")).doesNotContainKey("infrastructure");
  }

  @Test
  void anInternalGatewayHasNoPublicAddress() {
    KubeObject gateway = Renderings.of("t4", "internal").one("Gateway", "lynxeye");

    assertThat(gateway.map("spec", "infrastructure", "annotations"))
        .isEqualTo(Map.of("service.beta.kubernetes.io/azure-load-balancer-internal", "true"));
  }

  @Test
  void withoutKeysHttpNeedsNoPermission() {
    Map<String, String> open =
        Map.of("model_source", "image", "auth_enabled", "false", "gateway", "http");

    assertThat(Rendering.of("open", "cpu", open).all("Gateway")).hasSize(1);
  }

  /** Kubernetes cuts a generated name after 58 characters; pods of a canary would lose a dash. */
  @Test
  void theLongestNameOfAServiceLeavesThePodsNamesWhole() {
    String longest = "s" + "e".repeat(38);
    Map<String, String> settings = Map.of("model_source", "image", "service_name", longest);

    assertThat(Rendering.of("long", "cpu", settings).all("Deployment"))
        .allMatch(one -> one.name().equals(longest));
    assertThat(longest + "-canary-" + "0123456789" + "-").hasSizeLessThanOrEqualTo(58);
  }

  @ParameterizedTest
  @CsvSource({
    "none, http://127.0.0.1:8080",
    "http, http://$(kubectl -n lynxeye get gateway lynxeye",
    "https, https://lynx.example.org",
    "label, https://lynx-scores.westeurope.cloudapp.azure.com"
  })
  void theNotesNameTheAddress(String access, String address) {
    assertThat(notes(access)).contains("ADDRESS=" + address);
  }

  @Test
  void theNotesSayWhatIsLeftToDo() {
    assertThat(notes("https")).contains("must point to the address").doesNotContain("certificate");
    assertThat(notes("label"))
        .contains("get certificate lynxeye-tls", "delete secret lynxeye-tls")
        .doesNotContain("must point to the address");
    assertThat(notes("none"))
        .contains("{.data.primary}", "{.data.admin}", "delete secret lynxeye-keys");
  }

  private static String notes(String access) {
    Map<String, String> settings = new LinkedHashMap<>(Map.of("model_source", "image"));
    switch (access) {
      case "http" -> settings.putAll(Map.of("gateway", "http", "allow_http", "true"));
      case "https" ->
          settings.putAll(
              Map.of("gateway", "https", "hostname", "lynx.example.org", "tls_secret_name", "t"));
      case "label" ->
          settings.putAll(
              Map.of(
                  "gateway", "https",
                  "leaf_domain_label", "lynx-scores",
                  "tls_issuer", "letsencrypt"));
      default -> settings.put("gateway", access);
    }
    InstallCommand install =
        new Helm(Rendering.CHART)
            .install()
            .clientOnly()
            .dryRun()
            .withKubeVersion("1.33.0")
            .withName("lynxeye")
            .withNamespace("lynxeye")
            .withValuesFile(Path.of("settings.yaml"))
            .withValuesFile(Rendering.CHART.resolve("values-t4.yaml"));
    settings.forEach(install::set);
    return install.call().getOutput();
  }
}
