{{/* How one version's pods are reached. */}}
{{- define "lynxeye.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "lynxeye.labels" .root | nindent 4 }}
    lynxeye.io/track: {{ .track }}
spec:
  type: ClusterIP
  selector:
    {{- include "lynxeye.pods" .root | nindent 4 }}
    lynxeye.io/track: {{ .track }}
  ports:
    - {name: http, port: 8080, targetPort: http, protocol: TCP, appProtocol: http}
    - {name: grpc, port: 8082, targetPort: grpc, protocol: TCP, appProtocol: kubernetes.io/h2c}
{{- end -}}

{{/* One pod at a time may be taken away, when nodes are upgraded say. */}}
{{- define "lynxeye.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "lynxeye.labels" .root | nindent 4 }}
    lynxeye.io/track: {{ .track }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "lynxeye.pods" .root | nindent 6 }}
      lynxeye.io/track: {{ .track }}
{{- end -}}
