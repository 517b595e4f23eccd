terraform {
  required_version = ">= 1.9.0, < 2.0.0"

  required_providers {
    azurerm = {
      # The last 4.x. The plan has no argument that 5.x removed, and all that it requires.
      source  = "hashicorp/azurerm"
      version = "= 4.81.0"
    }
  }
}

provider "azurerm" {
  # An id, not a name. null: ARM_SUBSCRIPTION_ID.
  subscription_id     = local.s.subscription == "" ? null : local.s.subscription
  storage_use_azuread = true

  # 4.x would register some sixty by default, 5.x none.
  resource_provider_registrations = "none"
  resource_providers_to_register = [
    "Microsoft.Compute", "Microsoft.ContainerRegistry", "Microsoft.ContainerService",
    "Microsoft.KeyVault", "Microsoft.ManagedIdentity", "Microsoft.Network", "Microsoft.Storage",
  ]

  features {
    resource_group {
      prevent_deletion_if_contains_resources = false
    }
  }
}
