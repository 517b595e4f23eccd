# shellcheck shell=bash
# Part of provision.sh: installs what makes the machines' GPUs visible to Kubernetes, according to gpu_driver.

# NVIDIA's releases of August 2026. An installed release is kept when these change.
operator_version=v26.7.0     # https://github.com/NVIDIA/gpu-operator/releases
device_plugin_version=0.20.0 # https://github.com/NVIDIA/k8s-device-plugin/releases

case ${S[gpu_driver]} in
  operator) # NVIDIA's operator: driver, container toolkit, device plugin and labels. It must tolerate the machines' taint.
    ensure "GPU Operator" helm list --namespace gpu-operator --filter '^gpu-operator$' --deployed --short -- \
      helm upgrade --install gpu-operator gpu-operator --repo https://helm.ngc.nvidia.com/nvidia --version "$operator_version" \
      --namespace gpu-operator --create-namespace --set daemonsets.tolerations[0].key=sku,daemonsets.tolerations[0].operator=Equal \
      --set daemonsets.tolerations[0].value=gpu,daemonsets.tolerations[0].effect=NoSchedule \
      --set node-feature-discovery.worker.tolerations[0].key=sku,node-feature-discovery.worker.tolerations[0].operator=Exists \
      --wait --timeout 20m
    ;;
  plugin) # AKS installs the driver; only NVIDIA's device plugin is needed.
    ensure "device plugin" helm list --namespace gpu-resources --filter '^nvidia-device-plugin$' --deployed --short -- \
      helm upgrade --install nvidia-device-plugin nvidia-device-plugin --repo https://nvidia.github.io/k8s-device-plugin \
      --version "$device_plugin_version" --namespace gpu-resources --create-namespace --set tolerations[0].key=sku,tolerations[0].operator=Exists \
      --set-json 'affinity={"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"lynxeye.io/pool","operator":"In","values":["scoring"]}]}]}}}' \
      --wait --timeout 10m
    ;;
esac

# A driver takes minutes to build and load. LYNXEYE_GPU_WAIT: seconds to wait for it. The cluster autoscaler may have
# changed the number of machines.
expected=${S[node_count]}
if ${S[node_autoscale_enabled]}; then ask expected "${pool_has[@]}" count; fi
allocatable=(kubectl get nodes --selector lynxeye.io/pool=scoring
  -o 'go-template={{range .items}}{{with index .status.allocatable "nvidia.com/gpu"}}{{.}}{{"\n"}}{{end}}{{end}}')
if $dry_run; then
  say "repeated until all $expected machines show their GPUs:"
  typed "${allocatable[@]}"; echo
else
  until_when=$((SECONDS + ${LYNXEYE_GPU_WAIT:-1200}))
  while true; do
    ask known "${allocatable[@]}"
    known=$(grep -c '^[1-9]' <<<"$known" || true)
    [ "$known" -lt "$expected" ] || break
    [ "$SECONDS" -lt "$until_when" ] || die "only $known of $expected machines show a GPU in Kubernetes" \
      "check the driver's pods: KUBECONFIG=$KUBECONFIG kubectl get pods -A -o wide; then run this again"
    say "$known of $expected machines show their GPU; waiting for the driver"
    sleep "${LYNXEYE_POLL_SECONDS:-15}"
  done
  say "GPUs: visible on all $expected machines"
fi
