#!/usr/bin/env bash
# register-model.sh: uploads a version of a model, as one archive with its digest, to the storage account.
#   aks/register-model.sh [--version N] [--settings FILE] [--dry-run] [--force]
# The model comes from the local store (LYNXEYE_STORE, else model-store/). If it is not there and its name is in the
# catalogue of ./lynxeye import, it is imported first. --version N: this version instead of model_version, for a
# canary. A version registered with different content is only overwritten with --force.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

force=false
version=
own_option() {
  case $1 in
    --force) force=true; taken=1 ;;
    --version) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--version needs a number"; version=$2; taken=2 ;;
  esac
}
begin "$@"
need az tar gzip sha256sum
[ "${S[model_source]}" = blob ] || { say "model_source is image: nothing to register"; exit 0; }
name=${S[model_name]}
version=${version:-${S[model_version]}}
need_for_model "$version"
blob=$name/$version.tar.gz
name_things

if $dry_run; then
  printf '[ -d %s ] ||\n  %s\n' "$(typed "$store/$name/$version")" \
    "$(typed "$root/lynxeye" import "$name" --model-version "$version" --store "$store")"
elif [ ! -d "$store/$name/$version" ]; then
  say "$name/$version is not in $store: importing it"
  "$root/lynxeye" import "$name" --model-version "$version" --store "$store" ||
    die "$name could not be imported" "put the model into $store/$name/$version; see model-store/README.md"
fi

# Equal content gives equal archives: sorted, without times and owners.
folder='${folder}'
if ! $dry_run; then
  folder=$(mktemp -d)
  temporary+=("$folder")
fi
archive=$folder/$version.tar.gz
pack=("$tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX
  -C "$store/$name" -cf "$folder/$version.tar" "$version")
if $dry_run; then
  echo 'folder=$(mktemp -d)'
  typed "${pack[@]}"; echo
  typed gzip -n "$folder/$version.tar"; echo
  echo "sha256=\$(sha256sum \"$archive\" | cut -c1-64)"
  sha256='${sha256}'
else
  "${pack[@]}"
  gzip -n "$folder/$version.tar"
  sha256=$(sha256 "$archive" | cut -c1-64)
fi

here=(--account-name "$account" --container-name models --name "$blob" --auth-mode login)
upload=(az storage blob upload "${here[@]}" --file "$archive" --metadata "sha256=$sha256" --overwrite true)
registered=
if ! $dry_run && there az storage blob show "${here[@]}" --query metadata.sha256 -o tsv; then
  registered=$found
  if [ "$registered" != "$sha256" ] && ! $force; then
    die "$blob is registered with different content: $registered there, $sha256 here" \
      "register it as another version (--version N), or overwrite it with --force"
  fi
fi
if $dry_run; then
  ensure "$blob" az storage blob show "${here[@]}" --query metadata.sha256 -o tsv -- "${upload[@]}"
elif [ "$registered" = "$sha256" ]; then
  say "$blob: exists already, with the same content"
else
  change "${upload[@]}" --output none
fi

say "Registered: $blob, sha256 $sha256"
say "Costs: storage per GiB and month, reads per 10,000 calls."
prices "serviceName eq 'Storage' and skuName eq 'Standard LRS'"
goes_away_with "az storage blob delete --account-name $account --container-name models --name $blob --auth-mode login"
