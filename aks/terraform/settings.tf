# The same settings file as the scripts'. chart/values-HARDWARE.yaml takes precedence here as well.

variable "settings_file" {
  description = "Your settings, over those of ../settings.yaml; empty: none."
  type        = string
  default     = ""
}

locals {
  defaults = yamldecode(file("${path.module}/../settings.yaml"))
  own      = var.settings_file == "" ? {} : yamldecode(file(var.settings_file))
  asked    = merge(local.defaults, local.own)
  machines = yamldecode(file("${path.module}/../chart/values-${local.asked.hardware}.yaml"))
  s        = merge(local.asked, local.machines)

  short    = substr(data.azurerm_client_config.me.subscription_id, 0, 8)
  registry = local.s.registry_name == "" ? "lynxeye${local.short}" : local.s.registry_name
  account  = local.s.storage_account == "" ? "lynxeye${local.short}" : local.s.storage_account
  words    = compact([for word in split(strcontains(local.s.tags, ",") ? "," : " ", local.s.tags) : trimspace(word)])
  tags     = { for word in local.words : split("=", word)[0] => join("=", slice(split("=", word), 1, length(split("=", word)))) }
  gpus     = local.s.gpu_cores > 0
}

data "azurerm_client_config" "me" {}
