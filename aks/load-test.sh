#!/usr/bin/env bash
# load-test.sh: measures the service with ./lynxeye bench, the same client that measures on one machine.
#   aks/load-test.sh [--url URL] [--key-file FILE] [--settings FILE] [--dry-run] [-- BENCH_OPTION...]
# Finds the service and the key as query.sh does. A port-forward goes through the API server and measures
# that: use a gateway, or --url from a machine near the cluster, for figures that mean something.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
source "$aks/address.sh"

own=()
options=()
while [ $# -gt 0 ]; do
  if [ "$1" = -- ]; then shift; options=("$@"); break; fi
  own+=("$1")
  shift
done
own_option() { find_option "$@"; }
begin ${own[@]+"${own[@]}"}
find_service

bench=("$root/lynxeye" bench --url "$url/score" ${options[@]+"${options[@]}"})
if $dry_run; then
  if $with_key; then printf '%s %s\n' "$(typed "${bench[@]}")" "@<(printf '\"--header=Authorization=Bearer %s\"' \"\$key\")"
  else typed "${bench[@]}"; echo; fi
else
  [ "${url#http://127.0.0.1}" = "$url" ] || say "Through a port-forward: these figures are its, not the service's"
  # The key in a file of options, which ps does not show.
  arguments=$(mktemp)
  chmod 600 "$arguments"
  # shellcheck disable=SC2064 # The names are of now.
  trap "kill ${forwarder:-} 2>/dev/null || true; rm -f '$arguments' '$forward_log' '$errors'" EXIT
  if $with_key; then printf '"--header=Authorization=Bearer %s"\n' "$key" >"$arguments"; fi
  "${bench[@]}" "@$arguments" || die "the bench failed" "ask with aks/query.sh whether the service answers"
fi
forwarded
say "Costs: nothing of its own; an autoscaled service grows under load within its machines."
goes_away_with "aks/cleanup.sh --service"
