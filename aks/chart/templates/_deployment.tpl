{{/*
One version's pods. Takes root, name, track (stable or canary), version, sha256, and replicas, which is
absent where the autoscaler decides. There an upgrade keeps the replicas that run: without a number, Kubernetes
would go down to one until the autoscaler acts.
*/}}
{{- define "lynxeye.deployment" -}}
{{- $v := .root.Values -}}
{{- $hasGpus := gt (int $v.gpu_cores) 0 -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "lynxeye.labels" .root | nindent 4 }}
    lynxeye.io/track: {{ .track }}
spec:
  {{- if hasKey . "replicas" }}
  replicas: {{ .replicas }}
  {{- else if .root.Release.IsUpgrade }}
  {{- with lookup "apps/v1" "Deployment" .root.Release.Namespace .name }}
  replicas: {{ .spec.replicas }}
  {{- end }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: {{ add (int $v.initial_delay_seconds) 600 }}
  selector:
    matchLabels:
      {{- include "lynxeye.pods" .root | nindent 6 }}
      lynxeye.io/track: {{ .track }}
  strategy:
    {{- if $v.rollout_state_claim }}
    type: Recreate # The previous pod keeps the lock of the state until it has ended.
    {{- else }}
    type: RollingUpdate
    rollingUpdate: {{ include "lynxeye.rolling" .root }}
    {{- end }}
  template:
    metadata:
      labels:
        {{- include "lynxeye.labels" .root | nindent 8 }}
        lynxeye.io/track: {{ .track }}
      {{- $hasVault := and $v.key_vault (include "lynxeye.protected" .root) }}
      {{- $isTrying := include "lynxeye.rollout" .root }}
      {{- if or $hasVault $isTrying }}
      annotations:
        {{- if $hasVault }}
        lynxeye.io/vault: {{ include "lynxeye.vaultParameters" .root | sha256sum }}
        {{- end }}
        {{- if $isTrying }}
        lynxeye.io/rollout: {{ include "lynxeye.rolloutSettings" .root | quote }}
        {{- end }}
      {{- end }}
    spec:
      serviceAccountName: {{ $v.service_name }}
      automountServiceAccountToken: false
      # The environment variables of a Service named lynxeye would look like the server's options.
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ add (int $v.pre_stop_seconds) (int $v.drain_timeout_seconds) 10 }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      nodeSelector:
        kubernetes.io/os: linux
        kubernetes.io/arch: amd64
        lynxeye.io/pool: scoring
      {{- if $hasGpus }}
      tolerations:
        - {key: sku, operator: Equal, value: gpu, effect: NoSchedule}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "lynxeye.pods" .root | nindent 14 }}
              lynxeye.io/track: {{ .track }}
      {{- if eq $v.model_source "blob" }}
      initContainers:
        {{- include "lynxeye.import" . | nindent 8 }}
        {{- if $isTrying }}
        {{- $tried := dict "root" .root "container" "import-rollout" "version" (int $v.rollout_model_version) "sha256" $v.rollout_model_sha256 }}
        {{- include "lynxeye.import" $tried | nindent 8 }}
        {{- end }}
      {{- end }}
      containers:
        - name: lynxeye
          image: {{ include "lynxeye.image" .root }}
          imagePullPolicy: IfNotPresent
          args: [serve]
          env:
            {{- include "lynxeye.env" .root | nindent 12 }}
          ports:
            - {name: http, containerPort: 8080, protocol: TCP}
            - {name: grpc, containerPort: 8082, protocol: TCP}
            - {name: metrics, containerPort: 8083, protocol: TCP}
          {{- include "lynxeye.probes" .root | nindent 10 }}
          lifecycle:
            preStop:
              sleep: {seconds: {{ int $v.pre_stop_seconds }}}
          resources:
            requests:
              cpu: {{ $v.cpu_cores | quote }}
              memory: {{ int $v.memory_gb }}Gi
              ephemeral-storage: 4Gi
              {{- if $hasGpus }}
              nvidia.com/gpu: {{ int $v.gpu_cores }}
              {{- end }}
            limits:
              cpu: {{ $v.cpu_cores | quote }}
              memory: {{ int $v.memory_gb }}Gi
              ephemeral-storage: 12Gi
              {{- if $hasGpus }}
              nvidia.com/gpu: {{ int $v.gpu_cores }}
              {{- end }}
          securityContext:
            {{- include "lynxeye.security" .root | nindent 12 }}
          volumeMounts:
            {{- include "lynxeye.mounts" .root | nindent 12 }}
      volumes:
        {{- include "lynxeye.volumes" .root | nindent 8 }}
{{- end -}}

{{/* Puts the registered archive into the store, if its digest is right; --replace, for it may run again. */}}
{{- define "lynxeye.import" -}}
{{- $v := .root.Values -}}
- name: {{ .container | default "import" }}
  image: {{ include "lynxeye.image" .root }}
  imagePullPolicy: IfNotPresent
  args:
    - import
    - {{ $v.model_name }}
    - /registry/{{ $v.model_name }}/{{ .version }}.tar.gz
    - --model-version
    - {{ .version | quote }}
    - --sha256
    - {{ .sha256 | quote }}
    - --store
    - /models
    - --replace
  env:
    - {name: LYNXEYE_CACHE, value: /cache/lynxeye}
    - {name: LYNXEYE_HEAP, value: "{{ int $v.heap_mb }}m"}
  resources:
    requests: {cpu: {{ $v.cpu_cores | quote }}, memory: {{ int $v.memory_gb }}Gi, ephemeral-storage: 4Gi}
    limits: {cpu: {{ $v.cpu_cores | quote }}, memory: {{ int $v.memory_gb }}Gi, ephemeral-storage: 12Gi}
  securityContext:
    {{- include "lynxeye.security" .root | nindent 4 }}
  volumeMounts:
    - {name: registry, mountPath: /registry, readOnly: true}
    - {name: models, mountPath: /models}
    - {name: cache, mountPath: /cache}
    - {name: tmp, mountPath: /tmp}
{{- end -}}
