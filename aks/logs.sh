#!/usr/bin/env bash
# logs.sh: prints the last lines of the logs of all pods of the service, or of one.
#   aks/logs.sh [POD] [--lines N] [--previous] [--init] [--settings FILE] [--dry-run]
# --lines N: of each pod (default 50). --previous: of the container before the last restart, which says why it ended.
# --init: of the container that loads the model.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

pod='' lines=50 container=lynxeye previous=()
own_option() {
  case $1 in
    --lines) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--lines needs a number"; lines=$2 taken=2 ;;
    --previous) previous=(--previous) taken=1 ;;
    --init) container=import taken=1 ;;
    -*) ;;
    *) [ -n "$pod" ] || { pod=${1#pod/} taken=1; } ;;
  esac
}
begin "$@"
need az kubectl
name_service
use_cluster

of_service=(--selector "app.kubernetes.io/instance=$service,lynxeye.io/track")
if [ -n "$pod" ]; then which=("$pod")
else
  $dry_run || there kubectl get pods "${of_service[@]}" "${in_namespace[@]}" --ignore-not-found -o name ||
    die "the service $service has no pods in namespace $namespace" "run deploy.sh, or see aks/state.sh"
  # A pod that has no such log, of a restart say, must not hide the others'.
  which=("${of_service[@]}" --prefix --ignore-errors)
fi
change kubectl logs "${which[@]}" "${in_namespace[@]}" --container "$container" --tail "$lines" "${previous[@]}"
