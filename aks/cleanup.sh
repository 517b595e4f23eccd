#!/usr/bin/env bash
# cleanup.sh: deletes the whole resource group: everything that provision.sh created, and anything else in it.
#   aks/cleanup.sh [--service] [--yes] [--settings FILE] [--dry-run]
# --service: deletes only the service and its namespace; the cluster and its costs stay. --yes: does not ask.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"

service_only=false
own_option() { if [ "$1" = --service ]; then service_only=true; taken=1; fi; }
begin "$@"
need az
if $service_only; then need kubectl helm; fi

ask subscription_id az account show --query id -o tsv
[ -n "$subscription_id" ] || die "az has no subscription" "log in: az login, or set subscription"
S[subscription]=$subscription_id # Another shell may switch the subscription while this one waits for the answer.
group=${S[resource_group]}

if $service_only; then
  name_service
  if ! $dry_run && ! there az aks show --name "${S[cluster_name]}" --resource-group "$group" --query id -o tsv; then
    say "There is no cluster ${S[cluster_name]}: no service to delete"
    exit 0
  fi
  use_cluster
  sure "Delete the service $service, and the namespace $namespace with the keys and everything else in it?"
  if $dry_run || there helm list --namespace "$namespace" --filter "^$service\$" --deployed --failed --pending --short; then
    change helm uninstall "$service" --namespace "$namespace" --wait --timeout 10m
  fi
  change kubectl delete namespace "$namespace" --ignore-not-found --wait --timeout 10m
  say "Deleted: $service. The cluster stays and still costs money: aks/cleanup.sh deletes it"
  exit 0
fi

ask exists az group exists --name "$group"
if [ "$exists" = false ]; then
  say "There is no resource group $group: nothing to delete"
  exit 0
fi
$dry_run || [ "$exists" = true ] || die "az did not say whether the resource group $group exists" "run this again"
if $dry_run; then change az resource list --resource-group "$group" --query '[].[type,name]' -o tsv
else
  ask contents az resource list --resource-group "$group" --query '[].[type,name]' -o tsv
  printf 'In resource group %s:\n%s\n' "$group" "$(sed 's/^/  /' <<<"$contents")"
fi
sure "Delete the resource group $group of subscription $subscription_id and everything in it?"
change az group delete --name "$group" --yes
if $dry_run; then
  change az group exists --name "$group"
else
  ask left az group exists --name "$group"
  [ "$left" = false ] || die "the resource group $group is still there" "find what prevents it: az resource list -g $group -o table; then run this again"
  rm -f "$(credentials)"
fi
say "Deleted: resource group $group. It no longer costs anything"
if [ -n "${S[key_vault]}" ]; then
  say "What remains: the deleted vault ${S[key_vault]}, which keeps its name until it is purged:"
  say "  az keyvault purge --name ${S[key_vault]}"
fi
