# shellcheck shell=bash
# Shared by all scripts here: options, settings, and the steps of which a script consists. Not run by itself.
#   ask NAME COMMAND...                sets NAME to the output of the command
#   ensure WHAT CHECK... -- CREATE...  creates what the check does not find
#   change COMMAND...                  runs a command that changes something
# With --dry-run nothing runs: each step prints what it would run, as lines that can be pasted into bash.

if [ $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1])) -lt 404 ]; then
  printf '%s: this bash is too old: %s\n  -> install bash 4.4 or newer; on macOS: brew install bash\n' "$(basename "$0")" "$BASH_VERSION" >&2
  exit 1
fi

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
  need awk base64 cut grep head sed sort tail tr
}
own_option() { taken=0; }

# Each script asks for all its programs before it creates anything.
need() { # PROGRAM...
  $dry_run && return
  local program
  if [[ " $* " == *" kubectl "* && -n "${S[entra_admin_group]}" ]]; then set -- "$@" kubelogin; fi
  for program in "$@"; do
    case $program in
      tar) find_gnu_tar ;;
      sha256sum) command -v sha256sum >/dev/null || command -v shasum >/dev/null || die "neither sha256sum nor shasum was found" \
        "install it with your system's package manager" ;;
      *) command -v "$program" >/dev/null || case $program in
        az) die "az was not found" "install the Azure CLI, 2.86 or newer: https://aka.ms/azure-cli" ;;
        kubectl) die "kubectl was not found" "install it: az aks install-cli, or https://kubernetes.io/docs/tasks/tools" ;;
        helm) die "helm was not found" "install Helm 3.13 or newer: https://helm.sh/docs/intro/install" ;;
        kubelogin) die "kubelogin was not found, with which kubectl logs in to Entra" "install it: az aks install-cli" ;;
        *) die "$program was not found" "install it with your system's package manager" ;;
      esac ;;
    esac
  done
}

# Other tars cannot make archives that depend on nothing but their content. On macOS, GNU's is named gtar.
tar=tar
find_gnu_tar() {
  for tar in tar gtar; do
    [[ $("$tar" --version 2>/dev/null) != *"GNU tar"* ]] || return 0
  done
  die "GNU tar was not found" "install it; on macOS: brew install gnu-tar"
}
sha256() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

sure() { # QUESTION
  if $dry_run || $yes; then return; fi
  [ -t 0 ] || die "no terminal on which to ask: $1" "add --yes to confirm"
  local answer
  read -rp "$1 Type yes: " answer
  [ "$answer" = yes ] || die "nothing was deleted"
}

# Prints a command as one would type it. Words with ${...} of an earlier line keep it, in double quotes.
typed() {
  local word out=
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@%+,-]+$ || $word == '<('* ]]; then out+=" $word"
    elif [[ $word =~ \$\{[a-z_0-9]+(:[0-9]:[0-9]|:\?)?\} ]]; then
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

# What the script leaves behind is removed when it ends, whatever ends it.
errors=$(mktemp)
temporary=("$errors")
forwarder=
trap 'if [ -n "$forwarder" ]; then kill "$forwarder" 2>/dev/null || true; fi; rm -rf "${temporary[@]}"' EXIT

# Runs a command and keeps its errors. What is in "input" goes to its standard input, so that a key is never on a
# command line. A role takes minutes to take effect, so a refusal for want of one is tried again, for
# LYNXEYE_ROLE_WAIT seconds.
attempt() { # COMMAND...
  local wait=${LYNXEYE_POLL_SECONDS:-15} until_when=$((SECONDS + ${LYNXEYE_ROLE_WAIT:-600}))
  while true; do
    if [ -n "$input" ]; then printf %b "$input" | "$@" 2>"$errors" && return
    else "$@" 2>"$errors" && return; fi
    if ! lacks_role || [ "$SECONDS" -ge "$until_when" ]; then return 1; fi
    printf '%s: no permission yet; a new role takes up to ten minutes to take effect: trying again in %s s\n' "$1" "$wait" >&2
    sleep "$wait"
  done
}
input=

ask() {
  local name=$1 cmd; shift; whole "$@"
  if $dry_run; then
    printf '%s=$(%s)\n' "$name" "$(typed "${cmd[@]}")"
    printf -v "$name" '%s' "\${$name}"
  else
    local answer
    answer=$(attempt "${cmd[@]}") || failed
    printf -v "$name" '%s' "${answer//$'\r'/}"
  fi
}

# True if the check finds something, which is then in "found". If the check fails for any reason other than "not found",
# the script ends.
there() {
  local cmd input=; whole "$@"
  found=$(attempt "${cmd[@]}") || { absent && return 1; failed; }
  found=${found//[[:space:]]/}
  [ -n "$found" ]
}

ensure() {
  local what=$1 check=() cmd; shift
  while [ "$1" != -- ]; do check+=("$1"); shift; done
  shift
  if $dry_run; then
    whole "${check[@]}"; printf '%s 2>/dev/null | grep -q . ||\n  ' "$(typed "${cmd[@]}")"
    change "$@"
  elif there "${check[@]}"; then say "$what: exists already"
  else say "$what: creating it"; change "$@"; fi
}

change() {
  local cmd; whole "$@"
  if $dry_run; then
    [ -z "$input" ] || printf '%s | ' "$(typed printf %b "$input")"
    typed "${cmd[@]}"; echo; return
  fi
  printf '+ %s\n' "$(typed "${cmd[@]}")" >&2
  attempt "${cmd[@]}" || failed
}

failed() {
  local text
  text=$(grep -v '^WARNING' "$errors" | tail -n 20) || true
  die "failed: ${text:-no reason given}" "$(cure_of "${cmd[0]}" "$text")"
}
# shellcheck source=aks/cures.sh
source "$aks/cures.sh"

# The names of the service's objects in the cluster.
name_service() {
  service=${S[service_name]} namespace=${S[namespace]}
  in_namespace=(--namespace "$namespace")
  has_keys=false
  if ${S[auth_enabled]} || ${S[token_auth_enabled]}; then has_keys=true; fi
}
service_url() { printf '%s' "${S[gateway]}://${S[hostname]:-$1}"; } # ADDRESS

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

goes_away_with() { say "To delete: $*"; }
prices() { # FILTER...
  say "Prices depend on location and contract, and change. To see today's:"
  say "  curl -sG https://prices.azure.com/api/retail/prices --data-urlencode \"\\\$filter=armRegionName eq '${S[location]}' and $*\""
}
