#!/usr/bin/env bash
# models.sh: lists and deletes the registered models.
#   aks/models.sh list [NAME] [--settings FILE] [--dry-run]
#   aks/models.sh delete NAME [VERSION] [--yes] [--settings FILE] [--dry-run]
# delete: without a VERSION, all versions. Asks first. A version that a service in the cluster serves is not deleted.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

words=()
own_option() { if [[ $1 != -* ]]; then words+=("$1"); taken=1; fi; }
begin "$@"
action=${words[0]:-} name=${words[1]:-} version=${words[2]:-}
case $action:${#words[@]} in
  list:[12] | delete:[23]) ;;
  *) die "expected list [NAME], or delete NAME [VERSION]" "models.sh --help" ;;
esac
[[ -z $version || $version =~ ^[1-9][0-9]*$ ]] || die "$version is not a version" "versions are whole numbers from 1"
need az
if [ "$action" = delete ]; then need kubectl; fi
name_things
in_registry=(--account-name "$account" --container-name models --auth-mode login)

prefix=()
[ -z "$name" ] || prefix=(--prefix "$name/")
ask models az storage blob list "${in_registry[@]}" "${prefix[@]}" --include m --num-results '*' \
  --query "[?ends_with(name, '.tar.gz')].[name, properties.contentLength, properties.lastModified, metadata.sha256]" -o tsv

if [ "$action" = list ]; then
  $dry_run || awk -F '\t' '
    BEGIN { format = "%-30s %8s %10s  %-16s  %s\n"; printf format, "MODEL", "VERSION", "MB", "REGISTERED", "SHA-256" }
    NF { slash = match($1, /\/[^\/]*$/); version = substr($1, slash + 1); sub(/\.tar\.gz$/, "", version)
      printf format, substr($1, 1, slash - 1), version, sprintf("%.1f", $2 / 1e6), substr($3, 1, 10) " " substr($3, 12, 5), $4 }' <<<"$models"
  exit 0
fi

blobs=()
while IFS=$'\t' read -r blob _; do
  if [ -n "$blob" ] && [[ -z $version || $blob == "$name/$version.tar.gz" ]]; then blobs+=("$blob"); fi
done <<<"$models"
if $dry_run; then blobs=("$name/${version:-VERSION}.tar.gz"); fi
[ ${#blobs[@]} -gt 0 ] || die "$name${version:+/$version} is not registered" "aks/models.sh list shows what is"

# The pods of all services in the cluster read this registry; a pod that is started again needs its version.
cluster=(az aks show --name "${S[cluster_name]}" --resource-group "${S[resource_group]}" --query id -o tsv)
if $dry_run || there "${cluster[@]}"; then
  use_cluster
  ask served kubectl get deployments,pods --all-namespaces --selector app.kubernetes.io/name=lynxeye -o \
    'go-template={{range .items}}{{$who := .metadata}}{{$spec := .spec}}{{with .spec.template}}{{$spec = .spec}}{{end}}{{range $spec.initContainers}}{{range .args}}{{.}} {{$who.namespace}}/{{$who.name}}{{"\n"}}{{end}}{{end}}{{end}}'
  for blob in "${blobs[@]}"; do
    by=$(awk -v archive="/registry/$blob" '$1 == archive { print $2; exit }' <<<"$served")
    [ -z "$by" ] || die "$blob is served by $by" "deploy another version first (model_version, canary_model_version), or delete the service: aks/cleanup.sh --service"
  done
fi
sure "Delete ${blobs[*]} from the storage account $account?"
for blob in "${blobs[@]}"; do change az storage blob delete "${in_registry[@]}" --name "$blob" --output none; done
say "Deleted: ${blobs[*]}. A rollback to a release that served it no longer works; register-model.sh registers it again"
