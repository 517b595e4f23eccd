# shellcheck shell=bash
# What all scripts here share: settings, and steps that are told, asked about and taken. Not run by itself.
#   ask NAME COMMAND...            NAME becomes what the command says
#   ensure WHAT CHECK... -- MAKE...  makes what the check does not find
#   change COMMAND...              takes a step that alters something
# With --dry-run nothing runs: each prints what it would run, as lines that can be pasted into bash.

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

# Takes --settings, --dry-run, --yes and --help; the script's own options are handed to its own_option,
# which sets "taken" to the number of words it took.
begin() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --dry-run) dry_run=true ;;
      --yes) yes=true ;;
      --settings) [ -n "${2:-}" ] || die "--settings needs a file" "name one; without --settings it is aks/settings.yaml"; settings_file=$2; shift ;;
      *) taken=0; own_option "$@"
        [ "$taken" -gt 0 ] || die "unknown option or argument: $1" "$script --help tells what there is"
        shift $((taken - 1)) ;;
    esac
    shift
  done
  [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ] || die "HOME is not set" "set it: the cluster's credentials are kept below it"
  # shellcheck source=aks/settings.sh
  source "$aks/settings.sh"
  load_settings
}
own_option() { taken=0; }

need() { # PROGRAM...
  $dry_run && return
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || case $program in
      az) die "az was not found" "install the Azure CLI, 2.86 or newer: https://aka.ms/azure-cli" ;;
      kubectl) die "kubectl was not found" "install it: az aks install-cli, or https://kubernetes.io/docs/tasks/tools" ;;
      helm) die "helm was not found" "install Helm 3.13 or newer: https://helm.sh/docs/intro/install" ;;
      *) die "$program was not found" "install it with your system's package manager" ;;
    esac
  done
}

# A command as it would be typed. Words with ${...} of an earlier line keep it, in double quotes.
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
# Where the settings name a subscription az is told it each time: another shell may choose another one.
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

# True if the check finds something, which is then in found; a check that fails for any other reason than "not there" ends all.
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
  elif there "${check[@]}"; then say "$what: there already"
  else say "$what: making it"; change "$@"; fi
}

change() {
  local cmd; whole "$@"
  if $dry_run; then typed "${cmd[@]}"; echo; return; fi
  printf '+ %s\n' "$(typed "${cmd[@]}")" >&2
  "${cmd[@]}" 2>"$errors" || failed
}

# Azure's and Kubernetes' own words, and what helps against the usual ones.
failed() {
  local text cure="see what it says above"
  text=$(grep -v '^WARNING' "$errors" | tail -n 12 || true)
  case $text in
    *"az login"* | *AADSTS*) cure="log in: az login (and az account set --subscription NAME)" ;;
    *AlreadyInUse* | *AlreadyTaken* | *AlreadyExists* | *"already in use"* | *"already taken"*)
      cure="the name is taken by somebody in Azure: set another registry_name, storage_account or key_vault" ;;
    *uotaExceeded* | *"exceeding approved"* | *"insufficient quota"*)
      cure="ask for more: portal > Quotas > Compute, or az quota update; or choose another location" ;;
    *"being terminated"*) cure="it is being deleted: wait a minute, then run the same again" ;;
    *AuthorizationFailed* | *Forbidden* | *AuthorizationPermissionMismatch*)
      cure="you need Owner (or Contributor and User Access Administrator) of the resource group; a new role takes up to five minutes to count" ;;
    *SkuNotAvailable* | *NotAvailableForSubscription* | *"not available in location"*)
      cure="choose another location, or another hardware: az vm list-skus --location ${S[location]} --size Standard_N -o table" ;;
    *"timed out"* | *imeout*) cure="it took too long; run the same again, it goes on where it stopped" ;;
    *"no such host"* | *"connection refused"*) cure="the cluster does not answer: az aks show -g ${S[resource_group]} -n ${S[cluster_name]} --query powerState (az aks start)" ;;
  esac
  die "failed: ${text:-no reason given}" "$cure"
}

# The cluster's credentials, in a file of their own: your kubectl stays where it was.
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
  if $dry_run; then typed "${cmd[@]}"; echo; return; fi
  "${cmd[@]}" >/dev/null 2>"$errors" || { grep -qi 'not found' "$errors" &&
    die "there is no cluster ${S[cluster_name]} in ${S[resource_group]}" "run provision.sh first"; failed; }
  chmod 600 "$KUBECONFIG" 2>/dev/null || true
}

# A key as ./lynxeye keys generate makes them: 32 random bytes in base64url.
new_key() { head -c 32 /dev/urandom | basenc --base64url -w0 | tr -d =; }

goes_away_with() { say "To delete: $*"; }
prices() { # FILTER...
  say "Prices change and depend on place and contract; Azure tells today's:"
  say "  curl -sG https://prices.azure.com/api/retail/prices --data-urlencode \"\\\$filter=armRegionName eq '${S[location]}' and $*\""
}
