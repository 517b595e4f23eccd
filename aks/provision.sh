#!/usr/bin/env bash
# provision.sh: creates everything that the service needs in Azure: a resource group, a registry, a storage account
# for models, an identity, a cluster, and the machines that score.
#   aks/provision.sh [--settings FILE] [--dry-run]
# Existing resources are kept, so the script can be run again after a failure.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
begin "$@"
need az kubectl helm base64
name_things

group=${S[resource_group]} cluster=${S[cluster_name]} size=${S[node_vm_size]}
identity=${S[service_name]}-identity workspace=$cluster-metrics
gpus=false
if [ "${S[gpu_cores]}" -gt 0 ]; then gpus=true; fi
tagged=()
if [ ${#tags[@]} -gt 0 ]; then tagged=(--tags "${tags[@]}"); fi
in_group=(--resource-group "$group")
source "$aks/preflight.sh"
source "$aks/principals.sh"

check_chart
check_quota
find_me

ensure "resource group $group" az group show --name "$group" --query id -o tsv -- \
  az group create --name "$group" --location "${S[location]}" "${tagged[@]}" --output none
ensure "registry $registry" az acr show --name "$registry" "${in_group[@]}" --query id -o tsv -- \
  az acr create --name "$registry" "${in_group[@]}" --sku Basic --admin-enabled false "${tagged[@]}" --output none
ensure "storage account $account" az storage account show --name "$account" "${in_group[@]}" --query id -o tsv -- \
  az storage account create --name "$account" "${in_group[@]}" --sku Standard_LRS --kind StorageV2 --min-tls-version TLS1_2 \
  --https-only true --allow-shared-key-access false --allow-blob-public-access false "${tagged[@]}" --output none
ask account_id az storage account show --name "$account" "${in_group[@]}" --query id -o tsv
allow "Storage Blob Data Contributor" "$me" "$me_kind" "$account_id"
containers=(models)
if ${S[collect_model_data]}; then containers+=(collected); fi
for container in "${containers[@]}"; do
  ensure "container $container" az storage container-rm show --name "$container" --storage-account "$account" "${in_group[@]}" --query id -o tsv -- \
    az storage container-rm create --name "$container" --storage-account "$account" "${in_group[@]}" --output none
done

# The service's identity reads models, and keys if there is a vault, and writes what is collected. It has no secret of its
# own. The blob driver's documentation asks for a role that also writes; the chart mounts the models read-only.
ensure "identity $identity" az identity show --name "$identity" "${in_group[@]}" --query id -o tsv -- \
  az identity create --name "$identity" "${in_group[@]}" "${tagged[@]}" --output none
ask identity_id az identity show --name "$identity" "${in_group[@]}" --query principalId -o tsv
allow "Storage Blob Data Contributor" "$identity_id" ServicePrincipal "$account_id"
if [ -n "${S[key_vault]}" ]; then
  ensure "key vault ${S[key_vault]}" az keyvault show --name "${S[key_vault]}" "${in_group[@]}" --query id -o tsv -- \
    az keyvault create --name "${S[key_vault]}" "${in_group[@]}" --location "${S[location]}" --enable-rbac-authorization true "${tagged[@]}" --output none
  ask vault_id az keyvault show --name "${S[key_vault]}" "${in_group[@]}" --query id -o tsv
  allow "Key Vault Secrets Officer" "$me" "$me_kind" "$vault_id"
  allow "Key Vault Secrets User" "$identity_id" ServicePrincipal "$vault_id"
fi
if ${S[monitoring]}; then
  ensure "workspace $workspace" az monitor account show --name "$workspace" "${in_group[@]}" --query id -o tsv -- \
    az monitor account create --name "$workspace" "${in_group[@]}" --location "${S[location]}" "${tagged[@]}" --output none
  ask workspace_id az monitor account show --name "$workspace" "${in_group[@]}" --query id -o tsv
  allow "Monitoring Data Reader" "$identity_id" ServicePrincipal "$workspace_id"
fi

source "$aks/cluster.sh"
trust() { # NAME NAMESPACE:ACCOUNT
  ensure "trust in service account $2" az identity federated-credential show --name "$1" --identity-name "$identity" "${in_group[@]}" --query id -o tsv -- \
    az identity federated-credential create --name "$1" --identity-name "$identity" "${in_group[@]}" --issuer "$issuer" \
    --subject "system:serviceaccount:$2" --audiences api://AzureADTokenExchange --output none
}
trust "${S[service_name]}" "${S[namespace]}:${S[service_name]}"
if ${S[autoscale_enabled]}; then trust keda-operator kube-system:keda-operator; fi

source "$aks/machines.sh"

use_cluster
# shellcheck source=aks/gpu-driver.sh
if $gpus; then source "$aks/gpu-driver.sh"; fi
# shellcheck source=aks/certificates.sh
if [ "${S[tls_issuer]}" = letsencrypt ]; then source "$aks/certificates.sh"; fi
# shellcheck source=aks/monitoring.sh
source "$aks/monitoring.sh"

say "Created: cluster $cluster in ${S[location]}, registry $registry, storage account $account"
say "Costs from now on, idle or not: $machines x $size and ${S[system_node_count]} x ${S[system_vm_size]}, each per hour;"
say "  the registry per day; disks and storage per GiB and month; a load balancer and its address per hour."
prices "armSkuName eq '$size'"
say "To stop paying for the machines for a while: az aks stop --name $cluster --resource-group $group"
goes_away_with "aks/cleanup.sh (the whole resource group $group)"
