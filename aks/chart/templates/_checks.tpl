{{/* What the schema cannot express: values that contradict each other. Each message says what to do. */}}
{{- define "lynxeye.checks" -}}
{{- $v := .Values -}}
{{- if eq $v.model_source "blob" -}}
  {{- if not $v.storage_account -}}
    {{- fail "model_source is blob, but storage_account is empty: set it to the account that holds the models, or use model_source: image" -}}
  {{- end -}}
  {{- if not $v.model_sha256 -}}
    {{- fail "model_source is blob, but model_sha256 is empty: register-model.sh prints the digest, and deploy.sh passes it on" -}}
  {{- end -}}
{{- end -}}
{{- if and (ne $v.gateway "none") (eq $v.gateway "https") (or (not $v.hostname) (not $v.tls_secret_name)) -}}
  {{- fail "gateway is https, which needs hostname and tls_secret_name (a Secret of type kubernetes.io/tls in the same namespace): set both, or use gateway: http" -}}
{{- end -}}
{{- if include "lynxeye.canary" . -}}
  {{- if eq $v.gateway "none" -}}
    {{- fail "canary_model_version needs a gateway, which splits the requests: set gateway to http or https, or canary_model_version to 0" -}}
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
  {{- $gpus := mul (int $v.node_count) (int $v.gpus_per_node) -}}
  {{- $replicas := ternary $v.autoscale_max_replicas $v.num_replicas $v.autoscale_enabled -}}
  {{- $all := int $replicas -}}
  {{- if include "lynxeye.canary" . }}{{ $all = add $all (int $v.canary_replicas) }}{{ end -}}
  {{- $wanted := mul $all (int $v.gpu_cores) -}}
  {{- if gt $wanted $gpus -}}
    {{- fail (printf "%d replicas need %d GPUs, but node_count machines have %d, and GPUs are not shared: raise node_count, or lower num_replicas, autoscale_max_replicas or canary_replicas" (int $all) (int $wanted) (int $gpus)) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
