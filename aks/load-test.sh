#!/usr/bin/env bash
# load-test.sh: measures the service with the client of ./lynxeye bench.
#   aks/load-test.sh [--url URL] [--key-file FILE] [--settings FILE] [--dry-run] [-- BENCH_OPTION...]
# Finds the service and the key as query.sh does. A port-forward goes through the API server and measures that: for
# meaningful figures, use a gateway, or --url from a machine near the cluster.

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
begin "${own[@]}"
[ -x "$root/lynxeye" ] || die "$root/lynxeye does not exist" "run this from a complete checkout of Lynxeye"
find_service

bench=("$root/lynxeye" bench --url "$url/score" "${options[@]}")
if $dry_run; then
  if $with_key; then printf '%s %s\n' "$(typed "${bench[@]}")" "@<(printf '\"--header=Authorization=Bearer %s\"' \"\$key\")"
  else typed "${bench[@]}"; echo; fi
else
  [ "${url#http://127.0.0.1}" = "$url" ] || say "Measured through a port-forward: these figures are not the service's own"
  # The key is passed in a file of options, so that ps does not show it.
  arguments=$(mktemp)
  chmod 600 "$arguments"
  temporary+=("$arguments")
  if $with_key; then printf '"--header=Authorization=Bearer %s"\n' "$key" >"$arguments"; fi
  "${bench[@]}" "@$arguments" || die "the benchmark failed" "check with aks/query.sh that the service answers"
fi
forwarded
say "Costs: nothing of its own; an autoscaled service adds replicas under load, but no machines."
goes_away_with "aks/cleanup.sh --service"
