package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Renderings for every hardware and every use of the chart. */
final class Renderings {

  static final String DIGEST = "0123456789abcdef".repeat(4);
  static final String CLIENT = "00000000-1111-2222-3333-444444444444";

  private static final Map<String, String> BLOB =
      Map.of(
          "storage_account", "lynxeyemodels",
          "model_sha256", DIGEST,
          "workload_identity_client_id", CLIENT);
  private static final Map<String, String> HTTP = Map.of("gateway", "http", "allow_http", "true");
  private static final Map<String, String> CANARY =
      Map.of(
          "gateway", "http",
          "allow_http", "true",
          "canary_model_version", "2",
          "canary_traffic_percentile", "10",
          "canary_model_sha256", DIGEST.replace('0', 'f'),
          "num_replicas", "2");
  private static final Map<String, String> ROLLOUT =
      Map.of(
          "rollout_model_version", "2",
          "rollout_model_sha256", DIGEST.replace('0', 'f'),
          "rollout_settings", "share=0.2 on_pass=promote",
          "rollout_state_claim", "lynxeye-state",
          "num_replicas", "1");
  private static final Map<String, String> HTTPS =
      Map.of(
          "gateway", "https",
          "hostname", "lynx.example.org",
          "tls_secret_name", "lynx-tls");
  private static final Map<String, String> LABEL =
      Map.of(
          "gateway", "https",
          "leaf_domain_label", "lynx-scores",
          "tls_issuer", "letsencrypt");
  private static final Map<String, String> INTERNAL =
      with(HTTPS, Map.of("gateway_internal", "true"));
  private static final Map<String, String> MACHINES_ADDED =
      Map.of("node_autoscale_enabled", "true", "node_count", "1", "node_max_count", "9");
  private static final Map<String, String> SCALED =
      Map.of(
          "autoscale_enabled", "true",
          "monitoring", "true",
          "autoscale_max_replicas", "3",
          "keda_identity_client_id", CLIENT,
          "prometheus_query_endpoint", "https://w.westeurope.prometheus.monitor.azure.com");
  private static final Map<String, String> TOKENS =
      Map.of(
          "token_auth_enabled", "true",
          "token_issuer", "https://sts.example.org/tenant/",
          "token_audience", "api://lynxeye");
  private static final Map<String, String> VAULT =
      Map.of(
          "key_vault", "lynxeye-vault",
          "tenant_id", CLIENT,
          "workload_identity_client_id", CLIENT);
  private static final Map<String, String> WATCHED =
      Map.of(
          "monitoring", "true",
          "enable_app_insights", "true",
          "otlp_endpoint", "http://collector.monitoring:4318",
          "collect_model_data", "true",
          "access_log", "true");
  private static final Map<String, String> LIMITS =
      Map.of(
          "initial_delay_seconds", "301",
          "period_seconds", "20",
          "success_threshold", "2",
          "drain_timeout_seconds", "50",
          "pre_stop_seconds", "15",
          "scoring_timeout_ms", "1500",
          "service_name", "other",
          "image_digest", "sha256:" + DIGEST,
          "num_replicas", "1");

  /** Rendered once; tests change copies. */
  private static final Map<String, Rendering> ALL = render();

  private Renderings() {}

  static List<Rendering> all() {
    return List.copyOf(ALL.values());
  }

  /** Finds a rendering by the part of its name after the hardware. */
  static Rendering of(String hardware, String name) {
    return ALL.get(hardware + ", " + name);
  }

  static Rendering kserve() {
    return ALL.get("KServe");
  }

  private static Map<String, Rendering> render() {
    Map<String, Rendering> all = new LinkedHashMap<>();
    List<Rendering> made = new ArrayList<>();
    for (String hardware : List.of("cpu", "t4", "a100", "h100")) {
      ways().forEach((name, settings) -> made.add(Rendering.of(name, hardware, settings)));
    }
    made.add(Rendering.ofKserve());
    made.forEach(one -> all.put(one.name(), one));
    return all;
  }

  private static Map<String, Map<String, String>> ways() {
    Map<String, Map<String, String>> ways = new LinkedHashMap<>();
    ways.put("model of the image", Map.of("model_source", "image"));
    ways.put("model of the registry", BLOB);
    ways.put("http", with(BLOB, HTTP));
    ways.put("https", with(BLOB, HTTPS));
    ways.put("certificate of an issuer", with(BLOB, LABEL));
    ways.put("internal", with(BLOB, INTERNAL));
    ways.put("canary", with(BLOB, CANARY));
    ways.put("https and canary", with(with(BLOB, CANARY), HTTPS));
    ways.put("rollout", with(BLOB, ROLLOUT));
    ways.put("rollout and vault", with(with(BLOB, ROLLOUT), VAULT));
    ways.put("autoscaled", with(BLOB, SCALED));
    ways.put("machines added", with(BLOB, MACHINES_ADDED));
    ways.put("no keys", with(BLOB, Map.of("auth_enabled", "false")));
    ways.put("tokens", with(BLOB, TOKENS));
    ways.put("vault", with(BLOB, VAULT));
    ways.put("watched", with(BLOB, WATCHED));
    ways.put("other limits", with(BLOB, LIMITS));
    ways.put(
        "everything", with(with(with(with(with(BLOB, CANARY), HTTPS), TOKENS), VAULT), WATCHED));
    return ways;
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> both = new LinkedHashMap<>(some);
    both.putAll(more);
    return both;
  }
}
