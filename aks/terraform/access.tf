# Role assignments, as in provision.sh.

resource "azurerm_user_assigned_identity" "service" {
  name                = "${local.s.service_name}-identity"
  resource_group_name = azurerm_resource_group.lynxeye.name
  location            = azurerm_resource_group.lynxeye.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "service" {
  name                      = local.s.service_name
  user_assigned_identity_id = azurerm_user_assigned_identity.service.id
  issuer                    = azurerm_kubernetes_cluster.lynxeye.oidc_issuer_url
  subject                   = "system:serviceaccount:${local.s.namespace}:${local.s.service_name}"
  audience                  = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "reads_models" {
  scope                = azurerm_storage_account.models.id
  role_definition_name = "Storage Blob Data Contributor" # As the blob driver's documentation asks.
  principal_id         = azurerm_user_assigned_identity.service.principal_id
}

resource "azurerm_role_assignment" "registers_models" {
  scope                = azurerm_storage_account.models.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = data.azurerm_client_config.me.object_id
}

resource "azurerm_role_assignment" "reads_keys" {
  count                = local.s.key_vault == "" ? 0 : 1
  scope                = azurerm_key_vault.keys[0].id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_user_assigned_identity.service.principal_id
}

resource "azurerm_role_assignment" "makes_keys" {
  count                = local.s.key_vault == "" ? 0 : 1
  scope                = azurerm_key_vault.keys[0].id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = data.azurerm_client_config.me.object_id
}

resource "azurerm_role_assignment" "pulls_images" {
  scope                            = azurerm_container_registry.images.id
  role_definition_name             = "AcrPull"
  principal_id                     = azurerm_kubernetes_cluster.lynxeye.kubelet_identity[0].object_id
  skip_service_principal_aad_check = true
}

output "resource_group" {
  value = azurerm_resource_group.lynxeye.name
}

output "cluster_name" {
  value = azurerm_kubernetes_cluster.lynxeye.name
}

output "image_repository" {
  value = "${azurerm_container_registry.images.login_server}/lynxeye"
}

output "storage_account" {
  value = azurerm_storage_account.models.name
}

output "workload_identity_client_id" {
  value = azurerm_user_assigned_identity.service.client_id
}
