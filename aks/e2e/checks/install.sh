# shellcheck shell=bash
# The chart with each of its values-*.yaml: where the replicas run, what they ask for, and what is left after they are deleted.

check_install() {
  local name
  for name in $(hardwares); do
    if use_hardware "$name"; then ns=lynxeye-e2e-$name; check_hardware
    else skip "values-$name.yaml" "$why"; fi
  done
}

check_hardware() {
  local replicas size left started=$SECONDS
  size=$(setting "$values" node_vm_size)
  new_namespace
  check "$hardware: installed, every pod ready" helm_upgrade || { seen "$(k get events --sort-by .lastTimestamp | tail -5)"; return 0; }
  seen "after $((SECONDS - started)) s; $(helm history "$service" --namespace "$ns" -o json | jq -r '.[-1] | "revision \(.revision) \(.status)"')"
  replicas=$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')
  same "$hardware: ready replicas" "$replicas" "$(of_pods '[.items[] | select(any(.status.conditions[]?; .type == "Ready" and .status == "True"))] | length')"
  seen "$(of_pods '.items[] | "\(.metadata.name) on \(.spec.nodeName)"')"
  same "$hardware: all on scoring machines, $size" "" "$(of_pods '.items[].spec.nodeName' | grep -vxF "$(printf '%s\n' "${machines[@]}")" || true)"
  same "$hardware: a machine each" "$(of_pods '.items | length')" "$(of_pods '[.items[].spec.nodeName] | unique | length')"
  same "$hardware: GPUs of each replica" "$gpus" "$(of_pods '[.items[].spec.containers[].resources.limits["nvidia.com/gpu"] // "0"] | unique | join(" ")')"
  same "$hardware: tolerates the taint of GPU machines" "$([ "$gpus" -eq 0 ] && echo false || echo true)" \
    "$(of_pods '[.items[].spec.tolerations[]? | select(.key == "sku" and .value == "gpu")] | length > 0')"
  check_objects "$replicas"
  check "$hardware: deleted" helm uninstall "$service" --namespace "$ns" --wait --timeout 120s || true
  left=$(leftovers)
  same "$hardware: nothing of it is left" "" "$left"
}

check_objects() { # REPLICAS
  same "$hardware: ready endpoints of the Service" "$1" "$(endpoints_of "$service")"
  same "$hardware: the budget counts the pods and allows one disruption" "$1 $1 1" \
    "$(k get poddisruptionbudget "$service" -o 'jsonpath={.status.expectedPods} {.status.currentHealthy} {.status.disruptionsAllowed}')"
  same "$hardware: the NetworkPolicy selects every pod" "$1" "$(selected_by_policy)"
  same "$hardware: it admits only scoring and metrics" "8080 8082 8083" "$(k get networkpolicy "$service" -o json | jq -r '[.spec.ingress[].ports[].port] | join(" ")')"
  if [ "$(k get persistentvolumeclaims -o name | wc -l)" -gt 0 ]; then
    same "$hardware: the claim of the models is bound" Bound "$(k get persistentvolumeclaim "$service-models" -o 'jsonpath={.status.phase}')"
  fi
}
# What carries the service's label, of every kind that the cluster knows, and volumes of this namespace.
leftovers() {
  local kinds
  kinds=$(kubectl api-resources --namespaced --verbs list,delete -o name | grep -vE '^(endpoints|events|events\.events\.k8s\.io)$' | paste -sd,)
  k get "$kinds" --selector "app.kubernetes.io/instance=$service" --ignore-not-found -o name 2>"$work/errors" || cat "$work/errors"
  kubectl get persistentvolumes -o json | jq -r --arg ns "$ns" '.items[] | select(.spec.claimRef.namespace == $ns) | .metadata.name'
}
