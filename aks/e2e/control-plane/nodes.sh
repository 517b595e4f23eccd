# shellcheck shell=bash
# Part of start.sh: the machines, played by kwok. A pool for each of the chart's values-*.yaml, labelled and tainted as
# provision.sh labels and taints them, and a system pool.

# What pods can use of a machine: AKS keeps back CPU by the number of cores, and of the memory the smaller of 20 MB per pod
# (250 with Azure CNI Overlay) + 50 MB and a quarter, and 100 MiB for evictions (learn.microsoft.com/azure/aks/
# node-resource-reservations). The disk of 128 GB leaves about 111 GiB.
allocatable() { # SIZE
  local cores gib reserved
  case $1 in
    Standard_D2s_v5) cores=2 gib=8 ;;
    Standard_D4s_v5) cores=4 gib=16 ;;
    Standard_NC4as_T4_v3) cores=4 gib=28 ;;
    Standard_NC24ads_A100_v4) cores=24 gib=220 ;;
    Standard_NC40ads_H100_v5) cores=40 gib=320 ;;
    *) die "the machine size $1 is unknown" "add its cores and memory to control-plane/nodes.sh" ;;
  esac
  reserved=$((gib * 256))
  [ "$reserved" -lt 4816 ] || reserved=4816
  milli=$((cores * 1000 - (cores < 4 ? 100 : 100 + 10 * cores))) mib=$((gib * 1024 - reserved - 100))
}

node() { # NAME POOL SIZE GPUS
  local milli mib labels='' taints='' gpus=''
  allocatable "$3"
  case $2 in
    system) labels='"kubernetes.azure.com/mode": system' ;;
    *) labels='"kubernetes.azure.com/mode": user, "lynxeye.io/pool": scoring'
      if [ "$4" -gt 0 ]; then taints='{key: sku, value: gpu, effect: NoSchedule}' gpus=", nvidia.com/gpu: \"$4\""; fi ;;
  esac
  cat <<END
---
apiVersion: v1
kind: Node
metadata:
  name: $1
  annotations: {kwok.x-k8s.io/node: simulated}
  labels: {kubernetes.io/hostname: $1, kubernetes.io/os: linux, kubernetes.io/arch: amd64,
    node.kubernetes.io/instance-type: $3, kubernetes.azure.com/agentpool: $2, $labels}
spec:
  taints: [$taints]
status:
  allocatable: &sizes {cpu: ${milli}m, memory: ${mib}Mi, ephemeral-storage: 111Gi, pods: "250"$gpus}
  capacity: *sizes
END
}

value() { sed -n "s/^$2: *\([^ ]*\).*/\1/p" "$1"; } # FILE KEY

nodes() {
  local file name number size settings=$here/../../settings.yaml
  for ((number = 0; number < $(value "$settings" system_node_count); number++)); do
    node "aks-system-$number" system "$(value "$settings" system_vm_size)" 0
  done
  for file in "$chart"/values-*.yaml; do
    name=${file##*/values-} name=${name%.yaml}
    for ((number = 0; number < $(value "$settings" node_count); number++)); do
      node "aks-$name-$number" "$name" "$(value "$file" node_vm_size)" "$(value "$file" gpus_per_node)"
    done
  done
}

# What AKS has on every node: half a core and 1 GiB, an estimate; and its drivers of volumes.
agents() {
  cat <<'END'
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-agents, namespace: kube-system}
spec:
  selector: {matchLabels: {app: node-agents}}
  template:
    metadata: {labels: {app: node-agents}}
    spec:
      priorityClassName: system-node-critical
      tolerations: [{operator: Exists}]
      containers:
        - name: agents
          image: simulated.invalid/node-agents
          resources: {requests: {cpu: 500m, memory: 1Gi}}
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: blob.csi.azure.com}
spec: {attachRequired: false, podInfoOnMount: true, volumeLifecycleModes: [Persistent, Ephemeral]}
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: secrets-store.csi.k8s.io}
spec: {attachRequired: false, podInfoOnMount: true, volumeLifecycleModes: [Ephemeral]}
END
}
