#!/usr/bin/env bash
# run.sh: checks the chart and the scripts on a Kubernetes cluster: installs, updates, drains, breaks and deletes the service,
# and prints a line for each check: pass, FAIL, or skipped with the reason.
#   aks/e2e/run.sh --control-plane [DIR]     on the one that control-plane/start.sh started
#   aks/e2e/run.sh --context NAME [--image REPOSITORY:TAG-cpu] [--drain]     on any other, such as kind-lynxeye
#     [--only GROUP,...] [--chart DIR] [--from COMMIT] [--keep]
# --image: an image that the cluster's machines can pull; without it, only simulated machines run the service. --drain:
# also drains machines, which evicts others' pods. --only: some of the groups of checks/. --from: the commit that has the
# previous chart. --keep: deletes nothing at the end. Everything is in namespaces lynxeye-e2e-GROUP, which must not exist yet.

set -euo pipefail
e2e=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
aks=$(dirname "$e2e")
script=run.sh
all_groups=(install rolling drain scale canary upgrade deploy breaks autoscale kserve)

die() { # WHAT CURE
  printf '%s: %s\n  -> %s\n' "$script" "$1" "$2" >&2
  exit 1
}
usage() { sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"; echo "groups: ${all_groups[*]}"; }

context='' plane='' image='' chart=$aks/chart from='' drain=false keep=false groups=("${all_groups[@]}")
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --control-plane)
      plane=${XDG_CACHE_HOME:-$HOME/.cache}/lynxeye/control-plane
      if [[ -n ${2:-} && $2 != -* ]]; then plane=$2; shift; fi ;;
    --context | --image | --chart | --from | --only)
      [ -n "${2:-}" ] || die "$1 needs a value" "run.sh --help explains it"
      case $1 in
        --context) context=$2 ;;
        --image) image=$2 ;;
        --chart) chart=$(cd "$2" && pwd) ;;
        --from) from=$2 ;;
        --only) IFS=, read -ra groups <<<"$2" ;;
      esac
      shift ;;
    --drain) drain=true ;;
    --keep) keep=true ;;
    *) die "unknown option: $1" "run.sh --help lists them" ;;
  esac
  shift
done

[ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -ge 44 ] || die "bash $BASH_VERSION is too old" "use bash 4.4 or newer"
if [ -n "$plane" ]; then
  [ -f "$plane/kubeconfig" ] || die "no control plane runs in $plane" "start one: aks/e2e/control-plane/start.sh"
  export KUBECONFIG=$plane/kubeconfig PATH=$plane/bin:$PATH
  context=lynxeye-e2e
fi
[ -n "$context" ] || die "no cluster is named" "add --control-plane or --context NAME; kubectl config get-contexts lists the names"
for program in kubectl helm jq git awk basenc; do
  command -v "$program" >/dev/null || die "$program was not found" "install it"
done
for name in "${groups[@]}"; do
  [ -f "$e2e/checks/$name.sh" ] || die "there is no group $name" "choose from: ${all_groups[*]}"
done

for part in report cluster record scripts; do
  # shellcheck disable=SC1090 # One of these names.
  source "$e2e/$part.sh"
done
connect
for name in "${groups[@]}"; do
  # shellcheck disable=SC1090 # A group of checks.
  source "$e2e/checks/$name.sh"
  begin_group "$name"
  "check_$name"
  end_group
done
total
