# shellcheck shell=bash
# Part of steps.sh: what to do about the common errors of Azure and Kubernetes. Both use the same words for different
# things, so each program has its own table.

# True if the last error says that a role is missing, which is also what it says until a new role takes effect. az
# rewrites the storage account's error; the vault's mentions "(not found)".
lacks_role() {
  grep -qE 'do not have the required permissions needed|AuthorizationPermissionMismatch|ForbiddenByRbac|observe propagation time' "$errors"
}
absent() { ! lacks_role && grep -qiE 'not ?found|does not exist' "$errors"; }

cure_of() { # PROGRAM MESSAGE
  case $1 in
    az) cure_of_azure "$2" ;;
    *) cure_of_cluster "$2" ;;
  esac
}

cure_of_azure() { # MESSAGE
  case $1 in
    *"az login"* | *AADSTS*)
      echo "log in: az login (and az account set --subscription NAME)" ;;
    *"required permissions needed"* | *AuthorizationPermissionMismatch* | *ForbiddenByRbac* | *"propagation time"*)
      echo "a role is missing, or did not take effect within ten minutes: run provision.sh, which assigns it; then run this again" ;;
    *"blocked by network rules"*)
      echo "the storage account's network rules do not let this machine in: az storage account network-rule add, or run this from a network that they allow" ;;
    *AlreadyInUse* | *AlreadyTaken* | *AlreadyExists* | *"already in use"* | *"already taken"*)
      echo "the name is already used in Azure: choose another registry_name, storage_account or key_vault" ;;
    *InsufficientVCPUQuota* | *uotaExceeded* | *"exceeding approved"* | *"exceeding quota"* | *[Ii]"nsufficient "*quota*)
      echo "request more: portal > Quotas > Compute, or az quota update; or choose another location" ;;
    *"not allowed in your subscription"* | *SkuNotAvailable* | *NotAvailableForSubscription* | *VMSizeNotSupported* | \
      *"ot available in location"* | *LocationNotAvailable*)
      echo "your subscription does not have it there: choose another location, or another hardware: az vm list-skus --location ${S[location]} --size Standard_N -o table" ;;
    *AllocationFailed* | *Overconstrained*AllocationRequest* | *"sufficient capacity"* | *AKSCapacityError* | *AksCapacityHeavyUsage*)
      echo "Azure has no such machine free in ${S[location]} now, whatever your quota is: run this again later, or choose another location or hardware" ;;
    *RequestDisallowedByAzure* | *"disallowed by Azure"*)
      echo "your subscription may not use this location: choose another one; portal > Policy shows the allowed ones" ;;
    *RequestDisallowedByPolicy* | *"disallowed by policy"*)
      echo "a policy of your organisation forbids it: change the setting that the message names, or ask the policy's owner" ;;
    *MissingSubscriptionRegistration* | *"not registered to use namespace"*)
      echo "register the namespace that the message names: az provider register --wait --namespace NAME; then run this again" ;;
    *"being deleted"* | *BeingDeleted*)
      echo "it is being deleted: wait some minutes, then run this again" ;;
    *AuthorizationFailed* | *Forbidden*)
      echo "you need Owner (or Contributor and User Access Administrator) of the resource group; a new role takes up to ten minutes to take effect" ;;
    *"unrecognized arguments"* | *"misspelled or not recognized"*)
      echo "the Azure CLI is too old: az upgrade (2.86 or newer)" ;;
    *"timed out"* | *imeout*)
      echo "it took too long: run this again; it continues where it stopped" ;;
    *[Nn]"ot found"* | *NotFound* | *"does not exist"*)
      echo "a step before this one is missing: provision.sh, image.sh, register-model.sh, deploy.sh, in this order" ;;
    *) echo "see the message above" ;;
  esac
}

cure_of_cluster() { # MESSAGE
  case $1 in
    *"no such host"* | *"connection refused"* | *"i/o timeout"* | *"Unable to connect"* | *"cluster unreachable"*)
      echo "the cluster does not answer: az aks show -g ${S[resource_group]} -n ${S[cluster_name]} --query powerState (az aks start); if it has authorised IP ranges, this machine's address must be in them" ;;
    *"being terminated"*) echo "it is being deleted: wait a minute, then run this again" ;;
    *"exceeded quota"*) echo "the namespace has a ResourceQuota: kubectl describe quota -n ${S[namespace]}; raise it, or lower the replicas or what each requests" ;;
    *PodSecurity*) echo "the namespace's Pod Security level forbids these pods, which meet the level restricted: check its labels, and what the message names" ;;
    *AlreadyExists* | *"already exists"*) echo "another run has just created it: run this again" ;;
    *Forbidden* | *forbidden* | *Unauthorized* | *"must be logged in"*)
      echo "your account may not do this in the cluster: ask for the role Azure Kubernetes Service Cluster User, and with Entra login for Azure Kubernetes Service RBAC Cluster Admin or a RoleBinding" ;;
    *"no matches for kind"*) echo "the cluster lacks an add-on (gateway, monitoring, autoscale_enabled, key_vault): az aks update, or create the cluster again" ;;
    *"unknown flag"*) echo "the program is too old: Helm 3.13 or newer, a kubectl of the cluster's version" ;;
    *"timed out"* | *imeout* | *"deadline exceeded"*) echo "it took too long: run this again; it continues where it stopped" ;;
    *) echo "see the message above" ;;
  esac
}
