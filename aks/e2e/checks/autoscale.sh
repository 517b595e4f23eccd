# shellcheck shell=bash
# The autoscaler: what KEDA makes of the ScaledObject.

check_autoscale() {
  kubectl get customresourcedefinition scaledobjects.keda.sh >/dev/null 2>&1 || { skip "autoscaling" "the cluster does not know the kinds of KEDA"; return; }
  use_hardware t4 || use_hardware cpu || { skip "autoscaling" "$why"; return; }
  new_namespace
  local max=${#machines[@]}
  chart_arguments "$chart" monitoring=true autoscale_enabled=true autoscale_min_replicas=1 "autoscale_max_replicas=$max" \
    prometheus_query_endpoint=http://127.0.0.1:9 keda_identity_client_id=simulated
  check "installed with an autoscaler" helm upgrade --install "${arguments[@]}" --wait --timeout 120s || return 0
  same "the ScaledObject is accepted" "1 $max" "$(k get scaledobject "$service" -o 'jsonpath={.spec.minReplicaCount} {.spec.maxReplicaCount}')"
  same "Helm leaves the number of replicas to it" "" "$(helm get manifest "$service" --namespace "$ns" | grep -E '^  replicas:' || true)"
  if eventually 30 k get hpa "keda-hpa-$service"; then
    same "KEDA made a HorizontalPodAutoscaler of it" "Deployment $service 1 $max" \
      "$(k get hpa "keda-hpa-$service" -o 'jsonpath={.spec.scaleTargetRef.kind} {.spec.scaleTargetRef.name} {.spec.minReplicas} {.spec.maxReplicas}')"
    seen "$(k get hpa "keda-hpa-$service")"
    seen "$(k get scaledobject "$service" -o json | jq -r '.status.conditions[]? | "\(.type) \(.status) \(.reason // "") \(.message // "")"')"
  else
    skip "KEDA makes a HorizontalPodAutoscaler of it" "no KEDA operator answered within 30 s$(k get scaledobject "$service" -o json | jq -r '.status.conditions[]? | select(.status == "False") | "; \(.type): \(.message)"' | head -2)"
  fi
  check "deleted" helm uninstall "$service" --namespace "$ns" --wait --timeout 60s || true
  same "no ScaledObject is left" "" "$(k get scaledobjects,triggerauthentications -o name)"
}
