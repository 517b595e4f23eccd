{{/*
How many replicas the scoring machines have room for. Of each machine, AKS keeps 100 millicores and 10 per core, 20 MB
for each of 250 pods and 50 MB, or a quarter of the memory if that is less, and 100 MiB below which it evicts pods
(Microsoft: "Node resource reservations in AKS", with 4 cores or more). Its DaemonSets request half a core and 1 GiB at
most: an estimate.
*/}}
{{- define "lynxeye.freeCpu" -}}
{{- sub (mul 990 (int .Values.node_cpu_cores)) 600 -}}
{{- end -}}

{{- define "lynxeye.freeMemory" -}}
{{- $all := mul 1024 (int .Values.node_memory_gb) -}}
{{- sub $all (add (min 4816 (div $all 4)) 100 1024) -}}
{{- end -}}

{{- define "lynxeye.room" -}}
{{- $v := .Values -}}
{{- $cpu := div (int (include "lynxeye.freeCpu" .)) (include "lynxeye.millicores" .) -}}
{{- $memory := div (int (include "lynxeye.freeMemory" .)) (mul 1024 (int $v.memory_gb)) -}}
{{- $fits := max 0 (min $cpu $memory) -}}
{{- if gt (int $v.gpu_cores) 0 }}{{ $fits = min $fits (div (int $v.gpus_per_node) (int $v.gpu_cores)) }}{{ end -}}
{{- mul $fits (ternary $v.node_max_count $v.node_count $v.node_autoscale_enabled) -}}
{{- end -}}

{{- define "lynxeye.millicores" -}}
{{- mulf 1000 .Values.cpu_cores | ceil | int -}}
{{- end -}}

{{/* The most replicas of all versions. */}}
{{- define "lynxeye.mostReplicas" -}}
{{- $v := .Values -}}
{{- $stable := ternary $v.autoscale_max_replicas $v.num_replicas $v.autoscale_enabled -}}
{{- add (int $stable) (ternary (int $v.canary_replicas) 0 (eq (include "lynxeye.canary" .) "yes")) -}}
{{- end -}}

{{/*
A successor starts first only where there is room for it; elsewhere it would wait for ever, for a GPU or for cores. A
machine that the cluster would have to add first is no room.
*/}}
{{- define "lynxeye.rolling" -}}
{{- $hasRoom := lt (int (include "lynxeye.mostReplicas" .)) (int (include "lynxeye.room" .)) -}}
{{- ternary "{maxSurge: 1, maxUnavailable: 0}" "{maxSurge: 0, maxUnavailable: 1}" (and $hasRoom (not .Values.node_autoscale_enabled)) -}}
{{- end -}}
