# shellcheck shell=bash
# From the previous chart to this one, and back by helm rollback.

check_upgrade() {
  use_hardware t4 || use_hardware cpu || { skip "upgrade from the previous chart" "$why"; return; }
  local commit=$from previous=$work/previous
  [ -n "$commit" ] || commit=$(git -C "$chart" log -2 --format=%H -- . 2>/dev/null | tail -1)
  [ -n "$commit" ] || { skip "upgrade from the previous chart" "$chart has no history in git"; return; }
  mkdir -p "$previous"
  git -C "$chart/.." archive "$commit" chart settings.yaml | tar -x -C "$previous" ||
    { fail "the chart of commit $commit can be read"; return; }
  new_namespace
  chart_arguments "$previous/chart"
  check "the chart of commit ${commit:0:8} was installed" helm upgrade --install "${arguments[@]}" --wait --timeout 120s || return 0
  start_recording "$work/$ns"
  check "upgraded to this chart, every pod ready" helm_upgrade || true
  read_recording
  keeps_promise "$service"
  start_recording "$work/$ns-back"
  check "helm rollback, every pod ready" roll_back || true
  read_recording
  keeps_promise "$service"
  same "three revisions, the last one deployed" "superseded superseded deployed" "$(helm history "$service" --namespace "$ns" -o json | jq -r '[.[].status] | join(" ")')"
  same "the objects are the previous chart's again" "" "$(diff <(helm get manifest "$service" --namespace "$ns" --revision 1) <(helm get manifest "$service" --namespace "$ns" --revision 3))"
  check "upgraded once more" helm_upgrade || true
}
roll_back() { helm rollback "$service" 1 --namespace "$ns" --wait --timeout 120s && all_ready; }
