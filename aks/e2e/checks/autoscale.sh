# shellcheck shell=bash
# The autoscaler: what KEDA makes of the ScaledObject, and how many replicas follow from the requests in flight.

check_autoscale() {
  kubectl get customresourcedefinition scaledobjects.keda.sh >/dev/null 2>&1 || { skip "autoscaling" "the cluster does not know the kinds of KEDA"; return; }
  use_hardware t4 || use_hardware cpu || { skip "autoscaling" "$why"; return; }
  new_namespace
  local max=${#machines[@]} address=http://127.0.0.1:9
  if $simulated && command -v python3 >/dev/null; then stand_in_prometheus; fi
  local autoscaled=(monitoring=true autoscale_enabled=true autoscale_min_replicas=1 "autoscale_max_replicas=$max"
    "prometheus_query_endpoint=$address" "keda_identity_client_id=$identity")
  check "installed with 2 replicas" helm_upgrade num_replicas=2 || return 0
  check "an autoscaler was added" helm_upgrade num_replicas=2 "${autoscaled[@]}" || return 0
  same "the replicas that run are kept" 2 "$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')"
  same "the ScaledObject is accepted" "1 $max" "$(k get scaledobject "$service" -o 'jsonpath={.spec.minReplicaCount} {.spec.maxReplicaCount}')"
  if eventually 30 k get hpa "keda-hpa-$service"; then
    same "KEDA made a HorizontalPodAutoscaler of it" "Deployment $service 1 $max" \
      "$(k get hpa "keda-hpa-$service" -o 'jsonpath={.spec.scaleTargetRef.kind} {.spec.scaleTargetRef.name} {.spec.minReplicas} {.spec.maxReplicas}')"
    if [ -n "$prometheus" ]; then check_load; else skip "replicas follow the load" "only a stand-in for Prometheus can be told the load"; fi
  else
    skip "KEDA makes a HorizontalPodAutoscaler of it" "no operator of KEDA answered within 30 s"
    k scale deployment "$service" --replicas "$max" >/dev/null # In its place.
  fi
  check "updated" helm_upgrade "${autoscaled[@]}" access_log=true || true
  same "an update leaves the replicas to the autoscaler" "$max" "$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')"
  check "deleted" helm uninstall "$service" --namespace "$ns" --wait --timeout 60s || true
  eventually 30 gone || true
  same "no ScaledObject and no autoscaler is left" "" "$(k get scaledobjects,triggerauthentications,hpa -o name)"
}
gone() { [ -z "$(k get scaledobjects,triggerauthentications,hpa -o name)" ]; }

prometheus=
stand_in_prometheus() {
  echo 1 >"$work/in-flight"
  "$e2e/stand-ins/prometheus" "$work/in-flight" >"$work/prometheus-port" 2>/dev/null &
  prometheus=$!
  helpers+=("$prometheus")
  eventually 20 test -s "$work/prometheus-port" && address=http://127.0.0.1:$(cat "$work/prometheus-port")
}

# The stand-in asks for no token of Azure, which nothing here could give.
check_load() {
  local per
  per=$(k get scaledobject "$service" -o 'jsonpath={.spec.triggers[0].metadata.threshold}')
  k patch scaledobject "$service" --type json --patch '[{"op": "remove", "path": "/spec/triggers/0/authenticationRef"}]' >/dev/null
  echo $((per * 2 - 1)) >"$work/in-flight"
  start_recording "$work/$ns"
  check "$((per * 2 - 1)) requests in flight, $per for each replica: 2 replicas" eventually 120 replicas_are 2 || seen "$(k get hpa,scaledobject)"
  echo $((per * max * 2)) >"$work/in-flight"
  check "$((per * max * 2)) requests in flight: the most, $max" eventually 120 replicas_are "$max" || seen "$(k get hpa,scaledobject)"
  check "every replica is ready" all_ready || true
  read_recording
}
replicas_are() { [ "$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')" = "$1" ]; }
