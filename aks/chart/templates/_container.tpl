{{/* The server's environment: every variable is one of its options. */}}
{{- define "lynxeye.env" -}}
{{- $v := .Values -}}
- {name: LYNXEYE_HOST, value: "0.0.0.0"}
- {name: LYNXEYE_PORT, value: "8080"}
- {name: LYNXEYE_GRPC_PORT, value: "8082"}
- {name: LYNXEYE_METRICS_PORT, value: "8083"}
# A client of the management port can run code, so only kubectl port-forward reaches it, with the admin key.
- {name: LYNXEYE_MANAGEMENT_HOST, value: "127.0.0.1"}
- {name: LYNXEYE_MANAGEMENT_PORT, value: "8081"}
- {name: LYNXEYE_STORE, value: {{ ternary "/models" "/opt/lynxeye/model-store" (eq $v.model_source "blob") | quote }}}
- {name: LYNXEYE_MODEL, value: {{ $v.model_name | quote }}}
- {name: LYNXEYE_CACHE, value: /cache/lynxeye}
- {name: LYNXEYE_HEAP, value: "{{ int $v.heap_mb }}m"}
- {name: LYNXEYE_DEVICE, value: {{ ternary "gpu" "cpu" (gt (int $v.gpu_cores) 0) }}}
# No tuning at the start: replicas should behave alike and be ready soon.
- {name: LYNXEYE_TUNING, value: "off"}
- {name: LYNXEYE_WORKERS, value: "{{ int $v.workers }}"}
- {name: LYNXEYE_BATCH_SIZE, value: "{{ int $v.batch_size }}"}
- {name: LYNXEYE_INTRA_OP_THREADS, value: "{{ int $v.intra_op_threads }}"}
- {name: LYNXEYE_INTER_OP_THREADS, value: "{{ int $v.inter_op_threads }}"}
- {name: LYNXEYE_QUEUE_CAPACITY, value: "{{ int $v.replica_max_concurrent_requests }}"}
- {name: LYNXEYE_MAX_QUEUE_WAIT, value: "{{ int $v.max_request_wait_time }}"}
- {name: LYNXEYE_REQUEST_TIMEOUT, value: "{{ include "lynxeye.seconds" $v.scoring_timeout_ms }}"}
- {name: LYNXEYE_DRAIN_TIMEOUT, value: "{{ int $v.drain_timeout_seconds }}"}
- {name: LYNXEYE_LOG_FORMAT, value: json}
- {name: LYNXEYE_ACCESS_LOG, value: {{ ternary "on" "off" $v.access_log | quote }}}
{{- if include "lynxeye.protected" . }}
- {name: LYNXEYE_AUTH, value: keys}
- {name: LYNXEYE_PRIMARY_KEY_FILE, value: /etc/lynxeye/keys/primary}
- {name: LYNXEYE_SECONDARY_KEY_FILE, value: /etc/lynxeye/keys/secondary}
- {name: LYNXEYE_ADMIN_KEY_FILE, value: /etc/lynxeye/keys/admin}
{{- else }}
- {name: LYNXEYE_AUTH, value: none}
{{- end }}
{{- if $v.token_auth_enabled }}
- {name: LYNXEYE_JWT_JWKS, value: /etc/lynxeye/jwks/jwks.json}
- {name: LYNXEYE_JWT_ISSUER, value: {{ $v.token_issuer | quote }}}
- {name: LYNXEYE_JWT_AUDIENCE, value: {{ $v.token_audience | quote }}}
{{- end }}
{{- if $v.enable_app_insights }}
- {name: LYNXEYE_OTLP_ENDPOINT, value: {{ $v.otlp_endpoint | quote }}}
{{- end }}
{{- if $v.rollout_state_claim }}
- {name: LYNXEYE_STATE_DIR, value: /state}
{{- end }}
{{- if $v.collect_model_data }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
# A folder for each pod, because they share the container.
- {name: LYNXEYE_COLLECT_DATA, value: "/collected/{{ .Release.Namespace }}/$(POD_NAME)"}
{{- end }}
{{- end -}}

{{- define "lynxeye.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
privileged: false
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "lynxeye.probes" -}}
{{- $v := .Values -}}
startupProbe:
  httpGet: {path: /health/ready, port: http}
  periodSeconds: {{ int $v.period_seconds }}
  timeoutSeconds: {{ int $v.timeout_seconds }}
  failureThreshold: {{ div (sub (add (int $v.initial_delay_seconds) (int $v.period_seconds)) 1) (int $v.period_seconds) | max 1 }}
readinessProbe:
  httpGet: {path: /health/ready, port: http}
  periodSeconds: {{ int $v.period_seconds }}
  timeoutSeconds: {{ int $v.timeout_seconds }}
  successThreshold: {{ int $v.success_threshold }}
  failureThreshold: {{ int $v.failure_threshold }}
# Kubernetes allows success_threshold for readiness only.
livenessProbe:
  httpGet: {path: /health/live, port: http}
  periodSeconds: {{ int $v.period_seconds }}
  timeoutSeconds: {{ int $v.timeout_seconds }}
  failureThreshold: {{ int $v.failure_threshold }}
{{- end -}}

{{- define "lynxeye.mounts" -}}
{{- $v := .Values -}}
- {name: cache, mountPath: /cache}
- {name: tmp, mountPath: /tmp}
{{- if eq $v.model_source "blob" }}
- {name: models, mountPath: /models}
{{- end }}
{{- if $v.rollout_state_claim }}
- {name: state, mountPath: /state}
{{- end }}
{{- if include "lynxeye.rollout" . }}
- {name: rollout, mountPath: /models/{{ $v.model_name }}/serving.properties, subPath: serving.properties, readOnly: true}
{{- end }}
{{- if include "lynxeye.protected" . }}
- {name: keys, mountPath: /etc/lynxeye/keys, readOnly: true}
{{- end }}
{{- if $v.token_auth_enabled }}
- {name: jwks, mountPath: /etc/lynxeye/jwks, readOnly: true}
{{- end }}
{{- if $v.collect_model_data }}
- {name: collected, mountPath: /collected}
{{- end }}
{{- end -}}

{{- define "lynxeye.volumes" -}}
{{- $v := .Values -}}
- {name: cache, emptyDir: {sizeLimit: 4Gi}}
- {name: tmp, emptyDir: {sizeLimit: 1Gi}}
{{- if eq $v.model_source "blob" }}
- {name: models, emptyDir: {sizeLimit: 4Gi}}
- name: registry
  {{- include "lynxeye.blobs" (dict "root" . "container" "models" "readOnly" true) | nindent 2 }}
{{- end }}
{{- if $v.rollout_state_claim }}
- name: state
  persistentVolumeClaim: {claimName: {{ $v.rollout_state_claim }}}
{{- end }}
{{- if include "lynxeye.rollout" . }}
- name: rollout
  downwardAPI:
    items:
      - path: serving.properties
        fieldRef: {fieldPath: "metadata.annotations['lynxeye.io/rollout']"}
{{- end }}
{{- if include "lynxeye.protected" . }}
- name: keys
{{- if $v.key_vault }}
  csi:
    driver: secrets-store.csi.k8s.io
    readOnly: true
    volumeAttributes: {secretProviderClass: {{ $v.service_name }}-keys}
{{- else }}
  secret: {secretName: {{ $v.service_name }}-keys, defaultMode: 0440}
{{- end }}
{{- end }}
{{- if $v.token_auth_enabled }}
- name: jwks
  configMap: {name: {{ $v.service_name }}-jwks}
{{- end }}
{{- if $v.collect_model_data }}
- name: collected
  {{- include "lynxeye.blobs" (dict "root" . "container" "collected" "readOnly" false) | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
A container of the storage account, mounted for this pod with the service's identity, whose token the driver renews. No
account key is used, and no object outlives the pod. Takes root, container and readOnly.
*/}}
{{- define "lynxeye.blobs" -}}
{{- $v := .root.Values -}}
csi:
  driver: blob.csi.azure.com
  readOnly: {{ .readOnly }}
  volumeAttributes:
    storageAccount: {{ $v.storage_account | quote }}
    resourceGroup: {{ $v.resource_group | quote }}
    containerName: {{ .container }}
    protocol: fuse2
    clientID: {{ $v.workload_identity_client_id | quote }}
    mountWithWorkloadIdentityToken: "true"
    mountOptions: -o allow_other
{{- end -}}
