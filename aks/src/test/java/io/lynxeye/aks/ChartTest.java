package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The chart for every machine and every use: Kubernetes accepts each object, and each object obeys
 * every policy. Each of these checks is itself tested with a mistake that it must find.
 */
final class ChartTest {

  private static final AtomicInteger CAUGHT = new AtomicInteger();

  private static final Map<String, String> GOOD =
      Map.of(
          "storage_account", "lynxeyemodels",
          "model_sha256", Renderings.DIGEST,
          "workload_identity_client_id", Renderings.CLIENT);

  private record Refused(Map<String, String> settings, String reason) {}

  private static Refused refused(String reason, String... settings) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return new Refused(map, reason);
  }

  private static final List<Refused> REFUSED =
      List.of(
          refused("num_replica", "num_replica", "3"),
          refused("num_replicas", "num_replicas", "0"),
          refused("num_replicas", "num_replicas", "many"),
          refused("gateway", "gateway", "ftp"),
          refused("image_tag", "image_tag", "latest"),
          refused("model_sha256", "model_sha256", "abc"),
          refused("autoscale_target_utilization", "autoscale_target_utilization", "101"),
          refused("canary_traffic_percentile", "canary_traffic_percentile", "-1"),
          refused("in clear: use gateway: https", "gateway", "http"),
          refused("needs a name", "gateway", "https"),
          refused("needs a certificate", "gateway", "https", "hostname", "lynx.example.org"),
          refused("gateway is none", "tls_issuer", "letsencrypt"),
          refused(
              "leaf_domain_label names a public address",
              "gateway",
              "https",
              "tls_secret_name",
              "lynx-tls",
              "leaf_domain_label",
              "lynx",
              "gateway_internal",
              "true"),
          refused(
              "checks a service from the internet",
              "gateway",
              "https",
              "tls_issuer",
              "letsencrypt",
              "hostname",
              "lynx.example.org",
              "gateway_internal",
              "true"),
          refused("hostname", "hostname", "10.0.0.4"),
          refused("hostname", "hostname", "*.example.org"),
          refused("hostname", "hostname", "l" + "y".repeat(63) + ".example.org"),
          refused("leaf_domain_label", "leaf_domain_label", "4lynx"),
          refused("service_name", "service_name", "s" + "e".repeat(39)),
          refused("model_sha256 is empty", "model_sha256", ""),
          refused("need storage_account and", "storage_account", ""),
          refused("need storage_account and", "workload_identity_client_id", ""),
          refused(
              "need storage_account and",
              "model_source",
              "image",
              "collect_model_data",
              "true",
              "storage_account",
              ""),
          refused("needs a gateway", "canary_model_version", "2"),
          refused("without a canary_model_version", "canary_traffic_percentile", "10"),
          refused(
              "canary_model_sha256 is empty",
              "canary_model_version",
              "2",
              "gateway",
              "http",
              "allow_http",
              "true"),
          refused(
              "the image has one version only",
              "canary_model_version",
              "2",
              "gateway",
              "http",
              "allow_http",
              "true",
              "model_source",
              "image"),
          refused(
              "choose another version",
              "canary_model_version",
              "1",
              "gateway",
              "http",
              "allow_http",
              "true",
              "canary_model_sha256",
              Renderings.DIGEST),
          refused("set num_replicas to 1", "rollout_state_claim", "mine"),
          refused(
              "autoscale_enabled to false",
              "rollout_state_claim",
              "mine",
              "num_replicas",
              "1",
              "autoscale_enabled",
              "true"),
          refused(
              "canary_model_version to 0",
              "rollout_state_claim",
              "mine",
              "num_replicas",
              "1",
              "canary_model_version",
              "2",
              "canary_model_sha256",
              Renderings.DIGEST,
              "gateway",
              "http",
              "allow_http",
              "true"),
          refused("needs rollout_state_claim", "rollout_model_version", "2"),
          refused(
              "the image has one version only",
              "rollout_model_version",
              "2",
              "rollout_state_claim",
              "mine",
              "num_replicas",
              "1",
              "model_source",
              "image"),
          refused(
              "rollout_model_sha256 is empty",
              "rollout_model_version",
              "2",
              "rollout_state_claim",
              "mine",
              "num_replicas",
              "1"),
          refused(
              "must be higher than model_version, 1",
              "rollout_model_version",
              "1",
              "rollout_model_sha256",
              Renderings.DIGEST,
              "rollout_state_claim",
              "mine",
              "num_replicas",
              "1"),
          refused("without a rollout_model_version", "rollout_settings", "share=1"),
          refused("rollout_settings", "rollout_settings", "share 1"),
          refused("token_issuer and token_audience", "token_auth_enabled", "true"),
          refused("tenant_id and workload_identity_client_id", "key_vault", "some-vault"),
          refused("needs otlp_endpoint", "enable_app_insights", "true"),
          refused("longer than scoring_timeout_ms", "scoring_timeout_ms", "100"),
          refused("over half of memory_gb", "heap_mb", "8000"),
          refused("prometheus_query_endpoint", "autoscale_enabled", "true"),
          refused(
              "4 replicas do not fit: 3 machines (node_count) have room for 3",
              "num_replicas",
              "4"),
          refused("has no CUDA", "image_variant", "cpu"));

  @AfterAll
  static void report() {
    long objects = Renderings.all().stream().mapToLong(one -> one.objects().size()).sum();
    System.out.printf(
        "aks: %d renderings, %d objects, %d policies, %d mistakes caught%n",
        Renderings.all().size(), objects, Policy.all().size(), CAUGHT.get());
  }

  @Test
  void helmLintFindsNothing() {
    LintResult found = new Helm(Rendering.CHART).lint().strict().call();

    assertThat(found.getMessages()).noneMatch(one -> one.matches("\\[(WARNING|ERROR)].*"));
    assertThat(found.isFailed()).isFalse();
  }

  @TestFactory
  Stream<DynamicTest> everyRenderingIsWhatKubernetesTakesAndKeepsEveryPolicy() {
    return Renderings.all().stream().map(one -> dynamicTest(one.name(), () -> check(one)));
  }

  private static void check(Rendering rendering) {
    assertThat(rendering.objects()).isNotEmpty();
    assertThat(rendering.objects().stream().flatMap(one -> StrictModel.problems(one).stream()))
        .isEmpty();
    assertThat(Policy.all().stream().flatMap(one -> one.problems(rendering).stream())).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyPolicySeesItsMistake() {
    return Policy.all().stream()
        .map(
            policy ->
                dynamicTest(
                    policy.name(),
                    () -> {
                      Rendering copy = policy.victim().copy();
                      policy.mistake().accept(copy);
                      assertThat(policy.problems(policy.victim())).isEmpty();
                      assertThat(policy.problems(copy)).isNotEmpty();
                      CAUGHT.incrementAndGet();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyKindRefusesWhatItDoesNotKnow() {
    Map<String, KubeObject> kinds = new LinkedHashMap<>();
    Renderings.all().forEach(one -> one.objects().forEach(it -> kinds.put(it.kind(), it)));
    assertThat(kinds).hasSize(13);
    return kinds.entrySet().stream()
        .map(kind -> dynamicTest(kind.getKey(), () -> refusesUnknown(kind.getValue())));
  }

  private static void refusesUnknown(KubeObject object) {
    KubeObject copy = object.copy();
    Object[] place =
        object.at("spec") == null ? new Object[] {"nmae"} : new Object[] {"spec", "nmae"};
    copy.put("misspelt", place);
    assertThat(StrictModel.problems(object)).isEmpty();
    assertThat(StrictModel.problems(copy)).anyMatch(one -> one.contains("nmae"));
    CAUGHT.incrementAndGet();
  }

  @Test
  void containersOfAKserveRuntimeAreCheckedAsStrictly() {
    Rendering copy = Renderings.kserve().copy();
    copy.one("ServingRuntime", "lynxeye").put("x", "spec", "containers", 0, "imagePullPolice");

    assertThat(copy.objects().stream().flatMap(one -> StrictModel.problems(one).stream()))
        .anyMatch(one -> one.contains("imagePullPolice"));
    CAUGHT.incrementAndGet();
  }

  /** KServe 0.16 renamed RawDeployment; the label of its pods is isvc.NAME-predictor. */
  @Test
  void theServiceOfKserveHasTheCurrentModeAndANameThatFitsALabel() {
    KubeObject service = Renderings.kserve().all("InferenceService").findFirst().orElseThrow();

    assertThat(service.text("metadata", "annotations", "serving.kserve.io/deploymentMode"))
        .isEqualTo("Standard");
    assertThat("isvc." + service.name() + "-predictor").hasSizeLessThanOrEqualTo(63);
  }

  @TestFactory
  Stream<DynamicTest> valuesThatCannotBeAreRefusedWithTheReason() {
    return REFUSED.stream()
        .map(
            one ->
                dynamicTest(
                    one.settings().toString(),
                    () -> {
                      Map<String, String> settings = new LinkedHashMap<>(GOOD);
                      settings.putAll(one.settings());
                      assertThatThrownBy(() -> Rendering.of("refused", "t4", settings))
                          .hasMessageContaining(one.reason());
                      CAUGHT.incrementAndGet();
                    }));
  }
}
