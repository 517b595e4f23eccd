resource "azurerm_kubernetes_cluster" "lynxeye" {
  name                      = local.s.cluster_name
  resource_group_name       = azurerm_resource_group.lynxeye.name
  location                  = azurerm_resource_group.lynxeye.location
  dns_prefix                = local.s.cluster_name
  kubernetes_version        = local.s.kubernetes_version == "" ? null : local.s.kubernetes_version
  sku_tier                  = title(local.s.cluster_tier)
  support_plan              = local.s.cluster_tier == "premium" ? "AKSLongTermSupport" : "KubernetesOfficial"
  automatic_upgrade_channel = local.s.upgrade_channel == "none" ? null : local.s.upgrade_channel
  node_os_upgrade_channel   = local.s.node_os_upgrade_channel
  local_account_disabled    = local.s.entra_admin_group != ""
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  tags                      = local.tags

  default_node_pool {
    name                        = "system"
    vm_size                     = local.s.system_vm_size
    node_count                  = local.s.system_node_count
    temporary_name_for_rotation = "systemtmp"
    tags                        = local.tags
  }

  node_provisioning_profile {
    mode = "Manual"
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
  }

  storage_profile {
    blob_driver_enabled = true
  }

  dynamic "api_server_access_profile" {
    for_each = local.s.authorized_ip_ranges == "" ? [] : [split(",", local.s.authorized_ip_ranges)]
    content {
      authorized_ip_ranges = [for range in api_server_access_profile.value : strcontains(range, "/") ? range : "${range}/32"]
    }
  }

  dynamic "azure_active_directory_role_based_access_control" {
    for_each = local.s.entra_admin_group == "" ? [] : [local.s.entra_admin_group]
    content {
      admin_group_object_ids = [azure_active_directory_role_based_access_control.value]
    }
  }

  dynamic "key_vault_secrets_provider" {
    for_each = local.s.key_vault == "" ? [] : [1]
    content {
      secret_rotation_enabled = true
    }
  }

  lifecycle {
    # The Gateway API add-on, a workspace's data collection rules and managed GPUs have no known argument.
    precondition {
      condition     = local.s.gateway == "none" && !local.s.monitoring && !local.s.autoscale_enabled && local.s.gpu_driver != "managed"
      error_message = "This plan cannot do gateway, monitoring, autoscale_enabled and gpu_driver managed: use provision.sh, or leave them at their defaults."
    }
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "scoring" {
  name                  = "scoring"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.lynxeye.id
  mode                  = "User"
  vm_size               = local.s.node_vm_size
  node_count            = local.s.node_count
  auto_scaling_enabled  = local.s.node_autoscale_enabled
  min_count             = local.s.node_autoscale_enabled ? local.s.node_min_count : null
  max_count             = local.s.node_autoscale_enabled ? local.s.node_max_count : null
  os_disk_size_gb       = 128
  node_labels           = { "lynxeye.io/pool" = "scoring" }
  node_taints           = local.gpus ? ["sku=gpu:NoSchedule"] : []
  gpu_driver            = local.gpus ? (local.s.gpu_driver == "operator" ? "None" : "Install") : null
  tags                  = local.tags

  lifecycle {
    ignore_changes = [node_count] # provision.sh or the cluster autoscaler changes it.
  }
}
