# shellcheck shell=bash
# A second deploy: the order in which pods come and go, beside what the chart promises.

check_rolling() {
  local name
  for name in t4 cpu; do
    if use_hardware "$name"; then ns=lynxeye-e2e-rolling-$name; new_namespace; check_update
    else skip "rolling update with values-$name.yaml" "$why"; fi
  done
}

check_update() {
  local before after
  check "$hardware: installed" helm_upgrade || return 0
  before=$(of_pods '[.items[].metadata.name] | sort | join(" ")')
  start_recording "$work/$ns"
  local updated=true
  check "$hardware: updated to another setting, every pod ready" helm_upgrade access_log=true || updated=false
  read_recording
  keeps_promise "$service"
  $updated || return 0
  after=$(of_pods '[.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name] | sort | join(" ")')
  same "$hardware: every pod was replaced" "" "$(comm -12 <(tr ' ' '\n' <<<"$before") <(tr ' ' '\n' <<<"$after"))"
  start_recording "$work/$ns-same"
  check "$hardware: the same deploy once more" helm_upgrade access_log=true || true
  read_recording
  same "$hardware: it replaces no pod" "$after" "$(of_pods '[.items[].metadata.name] | sort | join(" ")')"
}
