{{/* What the schema cannot express: values that contradict each other. Each message says what to do. */}}
{{- define "lynxeye.checks" -}}
{{- $v := .Values -}}
{{- if and (or (eq $v.model_source "blob") $v.collect_model_data) (or (not $v.storage_account) (not $v.workload_identity_client_id)) -}}
  {{- fail "model_source: blob and collect_model_data need storage_account and workload_identity_client_id, an identity that may read its container models and write collected: set both, or use model_source: image and collect_model_data: false" -}}
{{- end -}}
{{- if and (eq $v.model_source "blob") (not $v.model_sha256) -}}
  {{- fail "model_source is blob, but model_sha256 is empty: register-model.sh prints the digest, and deploy.sh passes it on" -}}
{{- end -}}
{{- include "lynxeye.checkAccess" . -}}
{{- if include "lynxeye.canary" . -}}
  {{- if eq $v.gateway "none" -}}
    {{- fail "canary_model_version needs a gateway, which splits the requests: set gateway to https, or canary_model_version to 0" -}}
  {{- end -}}
  {{- if ne $v.model_source "blob" -}}
    {{- fail "canary_model_version needs model_source: blob, because the image has one version only" -}}
  {{- end -}}
  {{- if not $v.canary_model_sha256 -}}
    {{- fail "canary_model_version is set, but canary_model_sha256 is empty: register-model.sh prints the digest, and deploy.sh passes it on" -}}
  {{- end -}}
  {{- if eq (int $v.canary_model_version) (int $v.model_version) -}}
    {{- fail (printf "canary_model_version is %d, the same as model_version: choose another version, or 0 for none" (int $v.model_version)) -}}
  {{- end -}}
{{- else if gt (int $v.canary_traffic_percentile) 0 -}}
  {{- fail "canary_traffic_percentile is set without a canary_model_version: set both, or neither" -}}
{{- end -}}
{{- include "lynxeye.checkRollout" . -}}
{{- if $v.token_auth_enabled -}}
  {{- if or (not $v.token_issuer) (not $v.token_audience) -}}
    {{- fail "token_auth_enabled needs token_issuer and token_audience: set both, or token_auth_enabled to false" -}}
  {{- end -}}
{{- end -}}
{{- if and $v.key_vault (include "lynxeye.protected" .) (or (not $v.tenant_id) (not $v.workload_identity_client_id)) -}}
  {{- fail "key_vault needs tenant_id and workload_identity_client_id, an identity that may read the vault's secrets: set both, or leave key_vault empty" -}}
{{- end -}}
{{- if and $v.enable_app_insights (not $v.otlp_endpoint) -}}
  {{- fail "enable_app_insights needs otlp_endpoint, the address of an OpenTelemetry collector such as http://collector.monitoring:4318" -}}
{{- end -}}
{{- if gt (int $v.max_request_wait_time) (int $v.scoring_timeout_ms) -}}
  {{- fail "max_request_wait_time is longer than scoring_timeout_ms, so a request would time out before it is refused: make it shorter" -}}
{{- end -}}
{{- if gt (mul (int $v.heap_mb) 2) (mul (int $v.memory_gb) 1024) -}}
  {{- fail (printf "heap_mb %d is over half of memory_gb %d: TensorFlow needs the other half; lower heap_mb or raise memory_gb" (int $v.heap_mb) (int $v.memory_gb)) -}}
{{- end -}}
{{- include "lynxeye.checkReplicas" . -}}
{{- end -}}

{{- define "lynxeye.checkAccess" -}}
{{- $v := .Values -}}
{{- if and (eq $v.gateway "http") (include "lynxeye.protected" .) (not $v.allow_http) -}}
  {{- fail "gateway: http sends keys and images over the network in clear: use gateway: https, or say allow_http: true" -}}
{{- end -}}
{{- if and (eq $v.gateway "https") (not (include "lynxeye.hostname" .)) -}}
  {{- fail "gateway: https needs a name for its certificate: set leaf_domain_label, a name that Azure gives, or hostname, one of your own" -}}
{{- end -}}
{{- if and (eq $v.gateway "https") (not $v.tls_secret_name) (not $v.tls_issuer) -}}
  {{- fail "gateway: https needs a certificate: set tls_issuer: letsencrypt, or tls_secret_name to a Secret of type kubernetes.io/tls in the same namespace" -}}
{{- end -}}
{{- if and $v.tls_issuer (ne $v.gateway "https") -}}
  {{- fail (printf "tls_issuer makes certificates for gateway: https, but gateway is %s: change one of them" $v.gateway) -}}
{{- end -}}
{{- if and $v.gateway_internal (eq $v.tls_issuer "letsencrypt") -}}
  {{- fail "tls_issuer: letsencrypt checks a service from the internet, where gateway_internal: true hides it: set tls_secret_name, or tls_issuer to an issuer of your own" -}}
{{- end -}}
{{- if and $v.gateway_internal $v.leaf_domain_label -}}
  {{- fail "leaf_domain_label names a public address, which a gateway with gateway_internal: true does not have: set hostname instead, or gateway_internal to false" -}}
{{- end -}}
{{- end -}}

{{- define "lynxeye.checkRollout" -}}
{{- $v := .Values -}}
{{- if and $v.rollout_state_claim (or (ne (int $v.num_replicas) 1) $v.autoscale_enabled (include "lynxeye.canary" .)) -}}
  {{- fail "rollout_state_claim is a folder for one pod, because one server at a time writes to it: set num_replicas to 1, autoscale_enabled to false and canary_model_version to 0, or leave rollout_state_claim empty" -}}
{{- end -}}
{{- if include "lynxeye.rollout" . -}}
  {{- if not $v.rollout_state_claim -}}
    {{- fail "rollout_model_version needs rollout_state_claim, because decisions would end with the pod: name a PersistentVolumeClaim, or set rollout_model_version to 0" -}}
  {{- end -}}
  {{- if ne $v.model_source "blob" -}}
    {{- fail "rollout_model_version needs model_source: blob, because the image has one version only" -}}
  {{- end -}}
  {{- if not $v.rollout_model_sha256 -}}
    {{- fail "rollout_model_version is set, but rollout_model_sha256 is empty: register-model.sh prints the digest, and deploy.sh passes it on" -}}
  {{- end -}}
  {{- if le (int $v.rollout_model_version) (int $v.model_version) -}}
    {{- fail (printf "rollout_model_version is %d, but the version that is tried must be higher than model_version, %d: register it with a higher number, or set rollout_model_version to 0" (int $v.rollout_model_version) (int $v.model_version)) -}}
  {{- end -}}
{{- else if $v.rollout_settings -}}
  {{- fail "rollout_settings is set without a rollout_model_version: set both, or neither" -}}
{{- end -}}
{{- end -}}

{{- define "lynxeye.checkReplicas" -}}
{{- $v := .Values -}}
{{- if $v.autoscale_enabled -}}
  {{- if gt (int $v.autoscale_min_replicas) (int $v.autoscale_max_replicas) -}}
    {{- fail "autoscale_min_replicas is greater than autoscale_max_replicas: swap them" -}}
  {{- end -}}
  {{- if or (not $v.prometheus_query_endpoint) (not $v.monitoring) -}}
    {{- fail "autoscale_enabled uses metrics from Prometheus: set monitoring to true and prometheus_query_endpoint to the query endpoint of the Azure Monitor workspace, or autoscale_enabled to false" -}}
  {{- end -}}
{{- end -}}
{{- if gt (int $v.gpu_cores) 0 -}}
  {{- if eq $v.image_variant "cpu" -}}
    {{- fail "gpu_cores is over 0 with image_variant cpu, which has no CUDA: use image_variant gpu, or set gpu_cores to 0" -}}
  {{- end -}}
{{- end -}}
{{- $all := int (include "lynxeye.mostReplicas" .) -}}
{{- $room := int (include "lynxeye.room" .) -}}
{{- if gt $all $room -}}
  {{- $setting := ternary "node_max_count" "node_count" $v.node_autoscale_enabled -}}
  {{- $machines := int (ternary $v.node_max_count $v.node_count $v.node_autoscale_enabled) -}}
  {{- fail (printf "%d replicas do not fit: %d machines (%s) have room for %d. A replica takes %v cores, %d GiB and %d GPUs; of each machine, %s millicores, %s MiB and %d GPUs are free. Raise %s, or lower num_replicas, autoscale_max_replicas, canary_replicas or the size of a replica" $all $machines $setting $room $v.cpu_cores (int $v.memory_gb) (int $v.gpu_cores) (include "lynxeye.freeCpu" .) (include "lynxeye.freeMemory" .) (int $v.gpus_per_node) $setting) -}}
{{- end -}}
{{- end -}}
