# shellcheck shell=bash
# Machines that are emptied, for an upgrade of the cluster say: one replica at a time may go.

check_drain() {
  $drain || { skip "draining machines" "it evicts others' pods too: add --drain"; return; }
  use_hardware t4 || use_hardware cpu || { skip "draining machines" "$why"; return; }
  new_namespace
  check "installed" helm_upgrade || return 0
  local first second said
  first=$(of_pods '.items[0].spec.nodeName') second=$(of_pods '.items[1].spec.nodeName')
  cordoned+=("$first" "$second")
  start_recording "$work/$ns"
  check "the first machine is drained" drain_node "$first" 60s || true
  same "one replica is missing, as the budget permits" 0 "$(k get poddisruptionbudget "$service" -o 'jsonpath={.status.disruptionsAllowed}')"
  if eventually 20 waiting; then
    says "its replacement waits: no other machine has room" "Insufficient|didn't match|unschedulable" "$(of_pods '.items[].status.conditions[]? | select(.reason == "Unschedulable") | .message')"
    said=$(drain_node "$second" 15s 2>&1 || true)
    says "the budget keeps the second machine from being drained" "violate the pod's disruption budget" "$said"
    same "its replica still runs" 1 "$(of_pods "[.items[] | select(.spec.nodeName == \"$second\" and .metadata.deletionTimestamp == null)] | length")"
  else
    skip "the budget blocks a second drain" "another machine had room for the replica"
  fi
  kubectl uncordon "$first" "$second" >/dev/null
  check "after the machine is back, every replica is ready" all_ready || true
  read_recording
  at_least "never fewer ready pods than replicas - 1" "$(($(k get deployment "$service" -o 'jsonpath={.spec.replicas}') - 1))" "$fewest"
  eventually 30 test "$(k get poddisruptionbudget "$service" -o 'jsonpath={.status.disruptionsAllowed}')" = 1 || true
  check "then the second machine can be drained" drain_node "$second" 60s || true
}
drain_node() { kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --timeout "$2"; } # NODE TIMEOUT
waiting() { [ "$(of_pods '[.items[].status.conditions[]? | select(.reason == "Unschedulable")] | length')" -gt 0 ]; }
