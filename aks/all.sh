#!/usr/bin/env bash
# all.sh: from an empty subscription to a scored image: provision, image, model, service, query.
#   aks/all.sh [--settings FILE] [--dry-run] [--then-cleanup [--yes]]
# --then-cleanup: deletes everything afterwards, even if a step failed. After Ctrl-C it asks first, even with --yes;
# without a terminal it says what remains. --dry-run: prints every command.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

then_cleanup=false
own_option() { if [ "$1" = --then-cleanup ]; then then_cleanup=true; taken=1; fi; }
begin "$@"
if $then_cleanup && ! $dry_run && ! $yes && ! [ -t 0 ]; then
  die "--then-cleanup has no terminal on which to ask before it deletes" "add --yes"
fi
need az kubectl helm curl tar gzip sha256sum
# Checked before anything costs money.
if [ "${S[model_source]}" = blob ]; then need_for_model "${S[model_version]}"; fi

options=()
[ -z "$settings_file" ] || options+=(--settings "$settings_file")
if $dry_run; then options+=(--dry-run); fi
step() { # SCRIPT OPTION...
  local name=$1; shift
  if $dry_run; then printf '\n'; fi
  say "== $name"
  "$aks/$name" "${options[@]}" "$@"
}

# Ctrl-C ends the step that runs; what to do then is decided below.
interrupted=false
trap 'interrupted=true' INT
result=0
for name in provision.sh image.sh register-model.sh deploy.sh query.sh; do
  step "$name" || { result=$?; break; }
  if $interrupted; then result=130; break; fi
done
trap - INT
more=()
if $yes; then more=(--yes); fi
if $interrupted; then
  result=130 more=()
  printf 'all.sh: interrupted during %s; the resource group %s and everything in it remain, and cost money\n' "$name" "${S[resource_group]}" >&2
  printf '  -> run all.sh again to continue, or aks/cleanup.sh to delete it\n' >&2
  [ -t 0 ] || then_cleanup=false
fi
if $then_cleanup; then
  step cleanup.sh "${more[@]}"
elif [ "$result" -ne 0 ] && ! $interrupted; then
  printf 'all.sh: %s failed; run all.sh again to continue, or aks/cleanup.sh to delete what was created\n' "$name" >&2
fi
exit "$result"
