terraform {
  required_version = ">= 1.9.0, < 2.0.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "= 4.57.0"
    }
  }
}

provider "azurerm" {
  # An id, not a name. null: ARM_SUBSCRIPTION_ID.
  subscription_id     = local.s.subscription == "" ? null : local.s.subscription
  storage_use_azuread = true

  features {
    resource_group {
      prevent_deletion_if_contains_resources = false
    }
  }
}
