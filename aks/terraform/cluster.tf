resource "azurerm_kubernetes_cluster" "lynxeye" {
  name                      = local.s.cluster_name
  resource_group_name       = azurerm_resource_group.lynxeye.name
  location                  = azurerm_resource_group.lynxeye.location
  dns_prefix                = local.s.cluster_name
  kubernetes_version        = local.s.kubernetes_version == "" ? null : local.s.kubernetes_version
  sku_tier                  = "Free"
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  tags                      = local.tags

  default_node_pool {
    name                        = "system"
    vm_size                     = local.s.system_vm_size
    node_count                  = local.s.system_node_count
    temporary_name_for_rotation = "systemtmp"
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

  dynamic "key_vault_secrets_provider" {
    for_each = local.s.key_vault == "" ? [] : [1]
    content {
      secret_rotation_enabled = true
    }
  }

  lifecycle {
    # The Gateway API add-on and a workspace's data collection rules have no known argument.
    precondition {
      condition     = local.s.gateway == "none" && !local.s.monitoring && !local.s.autoscale_enabled
      error_message = "This plan cannot do gateway, monitoring and autoscaling: use provision.sh, or gateway: none, monitoring: false and autoscale_enabled: false."
    }
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "scoring" {
  name                  = "scoring"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.lynxeye.id
  mode                  = "User"
  vm_size               = local.s.node_vm_size
  node_count            = local.s.node_count
  os_disk_size_gb       = 128
  node_labels           = { "lynxeye.io/pool" = "scoring" }
  node_taints           = local.gpus ? ["sku=gpu:NoSchedule"] : []
  gpu_driver            = local.gpus ? (local.s.gpu_driver == "operator" ? "None" : "Install") : null
  tags                  = local.tags
}
