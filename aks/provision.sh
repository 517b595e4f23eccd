#!/usr/bin/env bash
# provision.sh: creates everything that the service needs in Azure: a resource group, a registry, a storage account
# for models, an identity, a cluster, and the machines that score.
#   aks/provision.sh [--settings FILE] [--dry-run]
# Existing resources are kept, so the script can be run again after a failure.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
begin "$@"
need az kubectl helm
name_things

group=${S[resource_group]} cluster=${S[cluster_name]} size=${S[node_vm_size]}
identity=${S[service_name]}-identity workspace=$cluster-metrics
gpus=false
if [ "${S[gpu_cores]}" -gt 0 ]; then gpus=true; fi
read -ra tags <<<"${S[tags]}"
tagged=()
if [ ${#tags[@]} -gt 0 ]; then tagged=(--tags "${tags[@]}"); fi
in_group=(--resource-group "$group")

# Checks the quota before anything costs money: cores of the machine size's family in this location.
check_quota() {
  if ! $dry_run && there az aks nodepool show "${in_group[@]}" --cluster-name "$cluster" --name scoring --query name -o tsv; then
    return # An existing pool is already counted as used. Azure itself checks whether it may grow.
  fi
  local family cores usage used limit wanted
  ask family az vm list-skus --location "${S[location]}" --size "$size" --resource-type virtualMachines --query '[0].family' -o tsv
  ask cores az vm list-skus --location "${S[location]}" --size "$size" --resource-type virtualMachines \
    --query "[0].capabilities[?name=='vCPUs'].value | [0]" -o tsv
  ask usage az vm list-usage --location "${S[location]}" --query '[].[name.value,currentValue,limit]' -o tsv
  if $dry_run; then say "stops here if node_count x cores exceed limit - used"; return; fi
  [ -n "$family" ] || die "$size is not available in ${S[location]}" "choose another location or hardware: az vm list-skus --size $size -o table"
  # The two lists capitalise families differently.
  read -r used limit <<<"$(awk -v family="$family" 'tolower($1) == tolower(family) { print $2, $3 }' <<<"$usage")"
  if [ -z "$limit" ]; then say "quota of $family in ${S[location]}: Azure reports none; continuing"; return; fi
  wanted=$((S[node_count] * ${cores:-0}))
  say "quota of $family in ${S[location]}: $wanted cores wanted, limit $limit, used $used"
  [ "$wanted" -le $((limit - used)) ] || die \
    "the quota is too small: ${S[node_count]} x $size need $wanted cores of $family, the limit in ${S[location]} is $limit, $used are used" \
    "request $((wanted + used)): portal > Quotas > Compute > $family > ${S[location]}; or lower node_count, or choose another location"
}
check_quota

# Assigns a role: ROLE OBJECT_ID KIND SCOPE
allow() {
  ensure "role $1" az role assignment list --assignee "$2" --role "$1" --scope "$4" --query '[0].id' -o tsv -- \
    az role assignment create --assignee-object-id "$2" --assignee-principal-type "$3" --role "$1" --scope "$4" --output none
}

ensure "resource group $group" az group show --name "$group" --query id -o tsv -- \
  az group create --name "$group" --location "${S[location]}" "${tagged[@]}" --output none
ensure "registry $registry" az acr show --name "$registry" "${in_group[@]}" --query id -o tsv -- \
  az acr create --name "$registry" "${in_group[@]}" --sku Basic --admin-enabled false "${tagged[@]}" --output none
ensure "storage account $account" az storage account show --name "$account" "${in_group[@]}" --query id -o tsv -- \
  az storage account create --name "$account" "${in_group[@]}" --sku Standard_LRS --kind StorageV2 --min-tls-version TLS1_2 \
  --https-only true --allow-shared-key-access false --allow-blob-public-access false "${tagged[@]}" --output none
ask account_id az storage account show --name "$account" "${in_group[@]}" --query id -o tsv
ask me az ad signed-in-user show --query id -o tsv
allow "Storage Blob Data Contributor" "$me" User "$account_id"
ensure "container models" az storage container-rm show --name models --storage-account "$account" "${in_group[@]}" --query id -o tsv -- \
  az storage container-rm create --name models --storage-account "$account" "${in_group[@]}" --output none

# The service's identity reads models, and keys if there is a vault. It has no secret of its own.
ensure "identity $identity" az identity show --name "$identity" "${in_group[@]}" --query id -o tsv -- \
  az identity create --name "$identity" "${in_group[@]}" "${tagged[@]}" --output none
ask principal_id az identity show --name "$identity" "${in_group[@]}" --query principalId -o tsv
allow "Storage Blob Data Reader" "$principal_id" ServicePrincipal "$account_id"
addons=()
if [ -n "${S[key_vault]}" ]; then
  ensure "key vault ${S[key_vault]}" az keyvault show --name "${S[key_vault]}" "${in_group[@]}" --query id -o tsv -- \
    az keyvault create --name "${S[key_vault]}" "${in_group[@]}" --location "${S[location]}" --enable-rbac-authorization true "${tagged[@]}" --output none
  ask vault_id az keyvault show --name "${S[key_vault]}" "${in_group[@]}" --query id -o tsv
  allow "Key Vault Secrets Officer" "$me" User "$vault_id"
  allow "Key Vault Secrets User" "$principal_id" ServicePrincipal "$vault_id"
  addons+=(--enable-addons azure-keyvault-secrets-provider --enable-secret-rotation)
fi
if ${S[monitoring]}; then
  ensure "workspace $workspace" az monitor account show --name "$workspace" "${in_group[@]}" --query id -o tsv -- \
    az monitor account create --name "$workspace" "${in_group[@]}" --location "${S[location]}" --output none
  ask workspace_id az monitor account show --name "$workspace" "${in_group[@]}" --query id -o tsv
  allow "Monitoring Data Reader" "$principal_id" ServicePrincipal "$workspace_id"
  addons+=(--enable-azure-monitor-metrics --azure-monitor-workspace-resource-id "$workspace_id")
fi
if ${S[autoscale_enabled]}; then addons+=(--enable-keda); fi
if [ "${S[gateway]}" != none ]; then addons+=(--enable-gateway-api --enable-app-routing-istio); fi
if [ -n "${S[kubernetes_version]}" ]; then addons+=(--kubernetes-version "${S[kubernetes_version]}"); fi

ensure "cluster $cluster (takes some minutes)" az aks show --name "$cluster" "${in_group[@]}" --query id -o tsv -- \
  az aks create --name "$cluster" "${in_group[@]}" --location "${S[location]}" --tier free --nodepool-name system \
  --node-count "${S[system_node_count]}" --node-vm-size "${S[system_vm_size]}" --enable-managed-identity --enable-oidc-issuer \
  --enable-workload-identity --enable-blob-driver --network-plugin azure --network-plugin-mode overlay \
  --network-dataplane cilium --network-policy cilium --attach-acr "$registry" --generate-ssh-keys "${addons[@]}" "${tagged[@]}" --output none
ask issuer az aks show --name "$cluster" "${in_group[@]}" --query oidcIssuerProfile.issuerUrl -o tsv
trust() { # NAME NAMESPACE:ACCOUNT
  ensure "trust in service account $2" az identity federated-credential show --name "$1" --identity-name "$identity" "${in_group[@]}" --query id -o tsv -- \
    az identity federated-credential create --name "$1" --identity-name "$identity" "${in_group[@]}" --issuer "$issuer" \
    --subject "system:serviceaccount:$2" --audiences api://AzureADTokenExchange --output none
}
trust "${S[service_name]}" "${S[namespace]}:${S[service_name]}"
if ${S[autoscale_enabled]}; then trust keda-operator kube-system:keda-operator; fi

pool=(--cluster-name "$cluster" --name scoring "${in_group[@]}")
kind_of_pool=()
if $gpus; then
  kind_of_pool+=(--node-taints sku=gpu:NoSchedule)
  case ${S[gpu_driver]} in
    operator) kind_of_pool+=(--gpu-driver none) ;;
    managed) kind_of_pool+=(--enable-managed-gpu=true) ;;
  esac
fi
ensure "scoring machines" az aks nodepool show "${pool[@]}" --query id -o tsv -- \
  az aks nodepool add "${pool[@]}" --mode User --node-count "${S[node_count]}" --node-vm-size "$size" --node-osdisk-size 128 \
  --labels lynxeye.io/pool=scoring "${kind_of_pool[@]}" --output none
ensure "${S[node_count]} of them" az aks nodepool show "${pool[@]}" --query "count==\`${S[node_count]}\` && 'yes' || ''" -o tsv -- \
  az aks nodepool scale "${pool[@]}" --node-count "${S[node_count]}" --output none

use_cluster
# shellcheck source=aks/gpu-driver.sh
if $gpus; then source "$aks/gpu-driver.sh"; fi
# shellcheck source=aks/certificates.sh
if [ "${S[tls_issuer]}" = letsencrypt ]; then source "$aks/certificates.sh"; fi
# shellcheck source=aks/monitoring.sh
source "$aks/monitoring.sh"

say "Created: cluster $cluster in ${S[location]}, registry $registry, storage account $account"
say "Costs from now on, idle or not: ${S[node_count]} x $size and ${S[system_node_count]} x ${S[system_vm_size]}, each per hour;"
say "  the registry per day; disks and storage per GiB and month; a load balancer and its address per hour."
prices "armSkuName eq '$size'"
say "To stop paying for the machines for a while: az aks stop --name $cluster --resource-group $group"
goes_away_with "aks/cleanup.sh (the whole resource group $group)"
