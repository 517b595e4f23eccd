# shellcheck shell=bash
# Part of provision.sh: the cluster. Its options apply when it is created; az aks update changes them later.

options=(--tier "${S[cluster_tier]}" --auto-upgrade-channel "${S[upgrade_channel]}" --node-os-upgrade-channel "${S[node_os_upgrade_channel]}")
if [ "${S[cluster_tier]}" = premium ]; then options+=(--k8s-support-plan AKSLongTermSupport); fi
if [ -n "${S[kubernetes_version]}" ]; then options+=(--kubernetes-version "${S[kubernetes_version]}"); fi
if [ -n "${S[authorized_ip_ranges]}" ]; then options+=(--api-server-authorized-ip-ranges "${S[authorized_ip_ranges]}"); fi
if [ -n "${S[entra_admin_group]}" ]; then
  options+=(--enable-aad --aad-admin-group-object-ids "${S[entra_admin_group]}" --disable-local-accounts)
fi
if [ -n "${S[key_vault]}" ]; then options+=(--enable-addons azure-keyvault-secrets-provider --enable-secret-rotation); fi
if ${S[monitoring]}; then options+=(--enable-azure-monitor-metrics --azure-monitor-workspace-resource-id "$workspace_id"); fi
if ${S[autoscale_enabled]}; then options+=(--enable-keda); fi
if [ "${S[gateway]}" != none ]; then options+=(--enable-gateway-api --enable-app-routing-istio); fi
if [ ${#tags[@]} -gt 0 ]; then options+=("${tagged[@]}" --nodepool-tags "${tags[@]}"); fi # A cluster's tags are not its machines'.

ensure "cluster $cluster (takes some minutes)" az aks show --name "$cluster" "${in_group[@]}" --query id -o tsv -- \
  az aks create --name "$cluster" "${in_group[@]}" --location "${S[location]}" --nodepool-name system \
  --node-count "${S[system_node_count]}" --node-vm-size "${S[system_vm_size]}" --enable-managed-identity --enable-oidc-issuer \
  --enable-workload-identity --enable-blob-driver --network-plugin azure --network-plugin-mode overlay \
  --network-dataplane cilium --network-policy cilium --attach-acr "$registry" --generate-ssh-keys "${options[@]}" --output none
system_pool=(--cluster-name "$cluster" --name system "${in_group[@]}")
ensure "${S[system_node_count]} system machines" az aks nodepool show "${system_pool[@]}" \
  --query "(enableAutoScaling || count==\`${S[system_node_count]}\`) && 'yes' || ''" -o tsv -- \
  az aks nodepool scale "${system_pool[@]}" --node-count "${S[system_node_count]}" --output none
ask issuer az aks show --name "$cluster" "${in_group[@]}" --query oidcIssuerProfile.issuerUrl -o tsv
