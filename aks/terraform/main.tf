# What provision.sh creates, with the same names. Not included: the GPU Operator or device plugin. Run provision.sh
# afterwards: it installs them with Helm and leaves everything else as it is.

resource "azurerm_resource_group" "lynxeye" {
  name     = local.s.resource_group
  location = local.s.location
  tags     = local.tags
}

resource "azurerm_container_registry" "images" {
  name                = local.registry
  resource_group_name = azurerm_resource_group.lynxeye.name
  location            = azurerm_resource_group.lynxeye.location
  sku                 = "Basic"
  admin_enabled       = false
  tags                = local.tags
}

resource "azurerm_storage_account" "models" {
  name                            = local.account
  resource_group_name             = azurerm_resource_group.lynxeye.name
  location                        = azurerm_resource_group.lynxeye.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  shared_access_key_enabled       = false
  allow_nested_items_to_be_public = false
  tags                            = local.tags
}

resource "azurerm_storage_container" "containers" {
  for_each           = toset(local.s.collect_model_data ? ["models", "collected"] : ["models"])
  name               = each.key
  storage_account_id = azurerm_storage_account.models.id
}

resource "azurerm_key_vault" "keys" {
  count                      = local.s.key_vault == "" ? 0 : 1
  name                       = local.s.key_vault
  resource_group_name        = azurerm_resource_group.lynxeye.name
  location                   = azurerm_resource_group.lynxeye.location
  tenant_id                  = data.azurerm_client_config.me.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  tags                       = local.tags
}
