# shellcheck shell=bash
# A second version for a share of the requests, and its end.

check_canary() {
  kubectl get customresourcedefinition httproutes.gateway.networking.k8s.io >/dev/null 2>&1 ||
    { skip "canary" "the cluster does not know the kinds of the Gateway API"; return; }
  [ -z "$image" ] || { skip "canary" "it needs models in a storage account, and --image has one model"; return; }
  use_hardware t4 || { skip "canary" "$why"; return; }
  new_namespace
  local plain=(num_replicas=2 gateway=http allow_http=true) # Without TLS, said explicitly; keys are test keys.
  local canary=("${plain[@]}" canary_model_version=2 canary_traffic_percentile=10 "canary_model_sha256=a${zeros:1}")
  check "installed without a canary" helm_upgrade "${plain[@]}" || return 0
  same "all requests go to the service" "$service 100" "$(weights)"
  start_recording "$work/$ns"
  check "a canary was added, every pod ready" helm_upgrade "${canary[@]}" || return 0
  read_recording
  same "the requests are split" "$service 90, $service-canary 10" "$(weights)"
  same "one pod serves the canary's version" "2" "$(k get deployment "$service-canary" -o json | jq -r '.spec.template.spec.initContainers[0].args | .[index("--model-version") + 1]')"
  same "the stable pods were not replaced" 0 "$(grep -c leaves <<<"$order" || true)"
  same "each version has its own endpoints" "2 1" "$(endpoints_of "$service") $(endpoints_of "$service-canary")"
  same "the NetworkPolicy and the budgets cover both versions" "3 2 1" "$(selected_by_policy) $(k get poddisruptionbudget "$service" "$service-canary" -o 'jsonpath={.items[*].status.expectedPods}')"
  check_gateway
  check "the canary was ended" helm_upgrade "${plain[@]}" || true
  same "all requests go to the service again" "$service 100" "$(weights)"
  eventually 90 no_canary || true # Helm does not wait until a deleted pod is gone.
  same "nothing of the canary is left" "" "$(canary_objects)"
}
canary_objects() { k get all,poddisruptionbudgets --selector lynxeye.io/track=canary -o name; }
no_canary() { [ -z "$(canary_objects)" ]; }

# What a controller made of the Gateway, where there is one.
check_gateway() {
  if eventually 10 accepted; then pass "the gateway's controller accepted the route"
  else skip "the gateway's controller accepts the route" "no controller answers for the class $(k get gateway "$service" -o 'jsonpath={.spec.gatewayClassName}')"; fi
}
accepted() { k get httproute "$service" -o json | jq -e 'any(.status.parents[]?.conditions[]?; .type == "Accepted" and .status == "True")'; }
weights() { k get httproute "$service" -o json | jq -r '[.spec.rules[].backendRefs[] | "\(.name) \(.weight)"] | join(", ")'; }
