# shellcheck shell=bash
# deploy.sh and cleanup.sh themselves: refusals before anything is created, a deploy, keys, and the end.

check_deploy() {
  use_hardware t4 || { skip "deploy.sh" "$why"; return; }
  prepare_scripts
  check_refusals
  $simulated || { skip "deploy.sh deploys" "its image is in a registry of Azure: run aks/deploy.sh itself"; return; }
  made+=("$ns")
  run_script deploy.sh
  same "deploy.sh deploys" 0 "$code" || seen "$said"
  seen "$(grep -E '^(GPUs|release|Address)' <<<"$said")"
  same "every replica is ready" "$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')" "$(k get deployment "$service" -o 'jsonpath={.status.readyReplicas}')"
  run_script deploy.sh
  says "the same once more creates no new revision" "unchanged, no new revision" "$said"
  check_keys
  use_settings "num_replicas: 2"
  run_script deploy.sh
  same "a changed setting makes a new revision" "2" "$(helm history "$service" --namespace "$ns" -o json | jq length)"
  run_script cleanup.sh --service --yes
  same "cleanup.sh --service deletes the service" 0 "$code"
  same "its namespace is gone" "" "$(kubectl get namespace "$ns" --ignore-not-found -o name)"
  same "its volume is gone" "" "$(kubectl get persistentvolumes -o json | jq -r --arg ns "$ns" '.items[] | select(.spec.claimRef.namespace == $ns) | .metadata.name')"
}

check_refusals() {
  local free=${#machines[@]}
  use_settings "num_replicas: $((free + 1))" "node_count: $((free + 1))"
  refused "deploy.sh refuses more replicas than free GPUs" "too few free GPUs"
  use_settings "num_replicas: $free" "node_count: $free"
  kubectl cordon "${machines[0]}" >/dev/null; cordoned+=("${machines[0]}")
  refused "it does not count a cordoned machine" "too few free GPUs"
  kubectl uncordon "${machines[0]}" >/dev/null
  local other=$ns-other
  ns=$other new_namespace
  ns=$other occupy
  refused "it counts GPUs that others use" "1 used by others"
  delete_namespace "$other"
  use_settings "gateway: https"
  refused "it refuses what the chart refuses" "needs a name for its certificate"
  use_settings
}
refused() { # TEXT PATTERN
  run_script deploy.sh
  if [ "$code" -eq 0 ]; then fail "$1" "$said"; return; fi
  says "$1" "$2" "$said"
  same "  and created nothing" "" "$(kubectl get namespace "lynxeye-e2e-deploy" --ignore-not-found -o name)"
}
# A pod of someone else that uses a GPU.
occupy() {
  k apply -f - >/dev/null <<'END'
apiVersion: v1
kind: Pod
metadata: {name: other}
spec:
  nodeSelector: {lynxeye.io/pool: scoring}
  tolerations: [{key: sku, operator: Equal, value: gpu, effect: NoSchedule}]
  securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: other
      image: simulated.azurecr.io/other
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      resources: {limits: {nvidia.com/gpu: 1, cpu: 100m, memory: 100Mi}}
END
  k wait --for condition=PodScheduled pod/other --timeout 30s >/dev/null
}

check_keys() {
  local before after name
  before=$(key_lines)
  same "three keys of 43 characters" "admin 43,primary 43,secondary 43" "$(awk '{ print $1, length($2) }' <<<"$before" | paste -sd,)"
  run_script deploy.sh --rotate secondary
  same "deploy.sh --rotate secondary" 0 "$code"
  after=$(key_lines)
  same "it replaced that key only" secondary "$(diff <(echo "$before") <(echo "$after") | sed -n 's/^> \([a-z]*\) .*/\1/p')"
  same "the new one has 43 characters" 43 "$(awk '$1 == "secondary" { print length($2) }' <<<"$after")"
  same "no key was in the output" 0 "$(grep -cF -f <(awk '{ print $2 }' <<<"$before"$'\n'"$after") <<<"$said" || true)"
}
key_lines() { k get secret "$service-keys" -o json | jq -r '.data | to_entries[] | "\(.key) \(.value | @base64d)"'; }
