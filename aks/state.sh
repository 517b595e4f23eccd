#!/usr/bin/env bash
# state.sh: prints the state of the service with its reason, and how to reach it.
#   aks/state.sh [--settings FILE] [--dry-run]
# The states are Azure ML's. Healthy: every replica is ready. Transitioning: replicas are starting. Unschedulable: no
# machine has room for one. Unhealthy: it was deployed, but no replica is ready, or one fails again and again. Failed:
# the last deployment could not be completed. Exit code: 0 Healthy, 2 Transitioning, 1 the others.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
source "$aks/keys.sh"
source "$aks/health.sh"
begin "$@"
need az kubectl
name_things
name_service
use_cluster
read_state
$dry_run || [ "$wanted" -gt 0 ] || there kubectl get deployment "$service" "${in_namespace[@]}" --ignore-not-found -o name ||
  die "there is no service $service in namespace $namespace" "run deploy.sh"
show_state
show_access
if $dry_run || [ "$state" = Healthy ]; then exit 0; fi
if [ "$state" = Transitioning ]; then
  find_cure "wait, then run this again: a start may take initial_delay_seconds (${S[initial_delay_seconds]})"
else
  find_cure "$too_late"
fi
printf '  -> %s\n' "$cure" >&2
if [ "$state" = Transitioning ]; then exit 2; fi
exit 1
