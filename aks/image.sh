#!/usr/bin/env bash
# image.sh: builds the server's image in the registry; nothing is built or kept on this machine.
#   aks/image.sh [--settings FILE] [--dry-run] [--force]
# An image whose tag exists is not built again; --force builds it again under the same tag.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

force=false
own_option() { if [ "$1" = --force ]; then force=true; taken=1; fi; }
begin "$@"
need az
name_things

variant=${S[image_variant]}
image=lynxeye:${S[image_tag]}-$variant
file=docker/Dockerfile
if [ "$variant" = cpu ]; then file=docker/Dockerfile.cpu; fi
$dry_run || [ -f "$root/$file" ] || die "$file does not exist" "run this from a complete checkout of Lynxeye"

build=(az acr build --registry "$registry" --image "$image" --file "$root/$file" "$root")
if $force; then
  change "${build[@]}"
else
  ensure "image $registry.azurecr.io/$image" \
    az acr repository show --name "$registry" --image "$image" --query digest -o tsv -- "${build[@]}"
fi

say "Costs: the minutes of the build, and the registry per day and GiB."
prices "serviceName eq 'Container Registry'"
goes_away_with "az acr repository delete --name $registry --image $image"
