#!/usr/bin/env bash
# all.sh: from an empty subscription to a scored image: provision, image, model, service, query.
#   aks/all.sh [--settings FILE] [--dry-run] [--then-cleanup [--yes]]
# --then-cleanup: deletes everything afterwards, even if a step failed. --dry-run: prints every command.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

then_cleanup=false
own_option() { if [ "$1" = --then-cleanup ]; then then_cleanup=true; taken=1; fi; }
begin "$@"
if $then_cleanup && ! $dry_run && ! $yes && ! [ -t 0 ]; then
  die "--then-cleanup has no terminal on which to ask before it deletes" "add --yes"
fi
need az kubectl helm curl tar gzip
# Checked before anything costs money.
if [ "${S[model_source]}" = blob ]; then need_for_model "${S[model_version]}"; fi

options=()
[ -z "$settings_file" ] || options+=(--settings "$settings_file")
if $dry_run; then options+=(--dry-run); fi
step() { # SCRIPT OPTION...
  local name=$1; shift
  if $dry_run; then printf '\n'; fi
  say "== $name"
  "$aks/$name" ${options[@]+"${options[@]}"} "$@"
}

result=0
for name in provision.sh image.sh register-model.sh deploy.sh query.sh; do
  step "$name" || { result=$?; break; }
done
if $then_cleanup; then
  more=()
  if $yes; then more=(--yes); fi
  step cleanup.sh ${more[@]+"${more[@]}"}
elif [ "$result" -ne 0 ]; then
  printf 'all.sh: %s failed; run all.sh again to continue, or aks/cleanup.sh to delete what was created\n' "$name" >&2
fi
exit "$result"
