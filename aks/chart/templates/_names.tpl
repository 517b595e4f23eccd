{{/* Of all objects of the service. */}}
{{- define "lynxeye.labels" -}}
app.kubernetes.io/name: lynxeye
app.kubernetes.io/instance: {{ .Values.service_name }}
app.kubernetes.io/version: {{ .Values.image_tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* Of the service's pods, whichever version they serve. */}}
{{- define "lynxeye.pods" -}}
app.kubernetes.io/name: lynxeye
app.kubernetes.io/instance: {{ .Values.service_name }}
{{- end -}}

{{/* Selects the pods of all versions. A gateway's own pods carry its labels, but no track. */}}
{{- define "lynxeye.selector" -}}
matchLabels:
  {{- include "lynxeye.pods" . | nindent 2 }}
matchExpressions:
  - {key: lynxeye.io/track, operator: Exists}
{{- end -}}

{{- define "lynxeye.image" -}}
{{- if .Values.image_digest -}}
{{ .Values.image_repository }}@{{ .Values.image_digest }}
{{- else -}}
{{ .Values.image_repository }}:{{ .Values.image_tag }}-{{ .Values.image_variant }}
{{- end -}}
{{- end -}}

{{/* Not empty: callers show keys or tokens, administrators their own key. */}}
{{- define "lynxeye.protected" -}}
{{- if or .Values.auth_enabled .Values.token_auth_enabled }}yes{{ end -}}
{{- end -}}

{{/* Not empty: there is a second version. */}}
{{- define "lynxeye.canary" -}}
{{- if gt (int .Values.canary_model_version) 0 }}yes{{ end -}}
{{- end -}}

{{/* Not empty if a second version is tried in the pod of the first. */}}
{{- define "lynxeye.rollout" -}}
{{- if gt (int .Values.rollout_model_version) 0 }}yes{{ end -}}
{{- end -}}

{{/* The serving.properties of a model whose second version is tried. */}}
{{- define "lynxeye.rolloutSettings" -}}
rollout=shadow
{{- range splitList " " .Values.rollout_settings }}{{ with . }}
rollout.{{ . }}
{{- end }}{{ end -}}
{{- end -}}

{{/* What clients call; empty: the gateway's address. */}}
{{- define "lynxeye.hostname" -}}
{{- if .Values.hostname -}}
{{ .Values.hostname }}
{{- else if .Values.leaf_domain_label -}}
{{ .Values.leaf_domain_label }}.{{ .Values.location }}.cloudapp.azure.com
{{- end -}}
{{- end -}}

{{- define "lynxeye.tlsSecret" -}}
{{- .Values.tls_secret_name | default (printf "%s-tls" .Values.service_name) -}}
{{- end -}}

{{- define "lynxeye.seconds" -}}
{{- div (add (int .) 999) 1000 -}}
{{- end -}}
