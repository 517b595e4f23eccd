# shellcheck shell=bash
# Shared by all scripts here: options, settings, and the steps of which a script consists. Not run by itself.
#   ask NAME COMMAND...                sets NAME to the output of the command
#   ensure WHAT CHECK... -- CREATE...  creates what the check does not find
#   change COMMAND...                  runs a command that changes something
# With --dry-run nothing runs: each step prints what it would run, as lines that can be pasted into bash.

aks=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$aks")
script=$(basename "$0")
dry_run=false
yes=false
settings_file=
declare -gA S=() # The settings.

say() { if $dry_run; then printf '# %s\n' "$*"; else printf '%s\n' "$*"; fi; }
die() { # WHAT CURE
  printf '%s: %s\n' "$script" "$1" >&2
  [ -z "${2:-}" ] || printf '  -> %s\n' "$2" >&2
  exit 1
}
usage() { sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"; }

# Handles --settings, --dry-run, --yes and --help. The script's own options are passed to its own_option, which sets
# "taken" to the number of words it used.
begin() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --dry-run) dry_run=true ;;
      --yes) yes=true ;;
      --settings) [ -n "${2:-}" ] || die "--settings needs a file" "name a file; the default is aks/settings.yaml"; settings_file=$2; shift ;;
      *) taken=0; own_option "$@"
        [ "$taken" -gt 0 ] || die "unknown option or argument: $1" "$script --help lists them"
        shift $((taken - 1)) ;;
    esac
    shift
  done
  [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ] || die "HOME is not set" "set it: the cluster's credentials are stored below it"
  # shellcheck source=aks/settings.sh
  source "$aks/settings.sh"
  load_settings
}
own_option() { taken=0; }

need() { # PROGRAM...
  $dry_run && return
  local program
  if [[ " $* " == *" kubectl "* && -n "${S[entra_admin_group]}" ]]; then set -- "$@" kubelogin; fi
  for program in "$@"; do
    command -v "$program" >/dev/null || case $program in
      az) die "az was not found" "install the Azure CLI, 2.86 or newer: https://aka.ms/azure-cli" ;;
      kubectl) die "kubectl was not found" "install it: az aks install-cli, or https://kubernetes.io/docs/tasks/tools" ;;
      helm) die "helm was not found" "install Helm 3.13 or newer: https://helm.sh/docs/intro/install" ;;
      kubelogin) die "kubelogin was not found, with which kubectl logs in to Entra" "install it: az aks install-cli" ;;
      *) die "$program was not found" "install it with your system's package manager" ;;
    esac
  done
}

# Prints a command as one would type it. Words with ${...} of an earlier line keep it, in double quotes.
typed() {
  local word out=
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@%+,-]+$ || $word == '<('* ]]; then out+=" $word"
    elif [[ $word =~ \$\{[a-z_0-9]+(:[0-9]:[0-9])?\} ]]; then
      word=${word//\\/\\\\}; word=${word//\"/\\\"}; word=${word//\`/\\\`}
      out+=" \"$word\""
    else out+=" '${word//\'/\'\\\'\'}'"; fi
  done
  printf '%s' "${out# }"
}
# If the settings name a subscription, it is passed to az each time, because another shell may switch it.
whole() {
  cmd=("$@")
  if [ "$1" = az ] && [ -n "${S[subscription]}" ]; then cmd+=(--subscription "${S[subscription]}"); fi
}

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

ask() {
  local name=$1 cmd; shift; whole "$@"
  if $dry_run; then
    printf '%s=$(%s)\n' "$name" "$(typed "${cmd[@]}")"
    printf -v "$name" '%s' "\${$name}"
  else
    local answer
    answer=$("${cmd[@]}" 2>"$errors") || failed
    printf -v "$name" '%s' "${answer//$'\r'/}"
  fi
}

# True if the check finds something, which is then in "found". If the check fails for any reason other than "not found",
# the script ends.
there() {
  local cmd; whole "$@"
  found=$("${cmd[@]}" 2>"$errors") ||
    { grep -qi 'no such host' "$errors" || ! grep -qiE 'not ?found|does not exist|no such' "$errors" || return 1; failed; }
  found=${found//[[:space:]]/}
  [ -n "$found" ]
}

ensure() {
  local what=$1 check=() cmd; shift
  while [ "$1" != -- ]; do check+=("$1"); shift; done
  shift
  if $dry_run; then
    whole "${check[@]}"; printf '%s 2>/dev/null | grep -q . ||\n  ' "$(typed "${cmd[@]}")"
    whole "$@"; typed "${cmd[@]}"; echo
  elif there "${check[@]}"; then say "$what: exists already"
  else say "$what: creating it"; change "$@"; fi
}

change() {
  local cmd; whole "$@"
  if $dry_run; then typed "${cmd[@]}"; echo; return; fi
  printf '+ %s\n' "$(typed "${cmd[@]}")" >&2
  "${cmd[@]}" 2>"$errors" || failed
}

# Prints the error of Azure or Kubernetes, and what to do about the common ones.
failed() {
  local text cure="see the message above"
  text=$(grep -v '^WARNING' "$errors" | tail -n 12 || true)
  case $text in
    *"az login"* | *AADSTS*) cure="log in: az login (and az account set --subscription NAME)" ;;
    *AlreadyInUse* | *AlreadyTaken* | *AlreadyExists* | *"already in use"* | *"already taken"*)
      cure="the name is already used in Azure: choose another registry_name, storage_account or key_vault" ;;
    *uotaExceeded* | *"exceeding approved"* | *"insufficient quota"*)
      cure="request more: portal > Quotas > Compute, or az quota update; or choose another location" ;;
    *"being terminated"*) cure="it is being deleted: wait a minute, then run this again" ;;
    *AuthorizationFailed* | *Forbidden* | *AuthorizationPermissionMismatch*)
      cure="you need Owner (or Contributor and User Access Administrator) of the resource group; a new role takes up to five minutes to take effect" ;;
    *SkuNotAvailable* | *NotAvailableForSubscription* | *"not available in location"*)
      cure="choose another location, or another hardware: az vm list-skus --location ${S[location]} --size Standard_N -o table" ;;
    *"timed out"* | *imeout*) cure="it took too long: run this again; it continues where it stopped" ;;
    *"no such host"* | *"connection refused"*) cure="the cluster does not answer: az aks show -g ${S[resource_group]} -n ${S[cluster_name]} --query powerState (az aks start)" ;;
  esac
  die "failed: ${text:-no reason given}" "$cure"
}

# The cluster's credentials have a file of their own, so that your kubectl's context does not change.
credentials() { printf '%s' "${XDG_CACHE_HOME:-$HOME/.cache}/lynxeye/kubeconfig-${S[resource_group]}-${S[cluster_name]}"; }
use_cluster() {
  local folder
  KUBECONFIG=$(credentials)
  export KUBECONFIG
  folder=$(dirname "$KUBECONFIG")
  if $dry_run; then typed mkdir -p "$folder"; echo; typed export "KUBECONFIG=$KUBECONFIG"; echo
  else mkdir -p "$folder"; fi
  whole az aks get-credentials --resource-group "${S[resource_group]}" --name "${S[cluster_name]}" \
    --file "$KUBECONFIG" --overwrite-existing
  if $dry_run; then typed "${cmd[@]}"; echo
  else
    "${cmd[@]}" >/dev/null 2>"$errors" || { grep -qi 'not found' "$errors" &&
      die "there is no cluster ${S[cluster_name]} in ${S[resource_group]}" "run provision.sh first"; failed; }
    chmod 600 "$KUBECONFIG" 2>/dev/null || true
  fi
  if [ -n "${S[entra_admin_group]}" ]; then change kubelogin convert-kubeconfig --login azurecli --kubeconfig "$KUBECONFIG"; fi
}

# A key like those of ./lynxeye keys generate: 32 random bytes in base64url.
new_key() { head -c 32 /dev/urandom | basenc --base64url -w0 | tr -d =; }

goes_away_with() { say "To delete: $*"; }
prices() { # FILTER...
  say "Prices depend on location and contract, and change. To see today's:"
  say "  curl -sG https://prices.azure.com/api/retail/prices --data-urlencode \"\\\$filter=armRegionName eq '${S[location]}' and $*\""
}
