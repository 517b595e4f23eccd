# shellcheck shell=bash
# Fewer replicas, and more again.

check_scale() {
  use_hardware t4 || use_hardware cpu || { skip "scaling" "$why"; return; }
  new_namespace
  check "installed" helm_upgrade || return 0
  start_recording "$work/$ns"
  check "scaled down to 1" helm_upgrade num_replicas=1 || true
  eventually 30 one_pod || true
  read_recording
  same "one pod is left" 1 "$(of_pods '.items | length')"
  at_least "a pod was ready all the time" 1 "$fewest"
  same "the budget follows" "1 1" "$(k get poddisruptionbudget "$service" -o 'jsonpath={.status.expectedPods} {.status.disruptionsAllowed}')"
  check "scaled up again" helm_upgrade || true
  same "every replica is on a machine of its own" "$(k get deployment "$service" -o 'jsonpath={.spec.replicas}')" "$(of_pods '[.items[].spec.nodeName] | unique | length')"
}
one_pod() { [ "$(of_pods '.items | length')" = 1 ]; }
