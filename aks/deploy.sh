#!/usr/bin/env bash
# deploy.sh: deploys the service to the cluster, or updates it to the current settings.
#   aks/deploy.sh [--settings FILE] [--dry-run]
#   aks/deploy.sh --rotate primary|secondary|admin    replaces that key with a new one; the others stay
# Refuses a GPU service if the cluster has too few free GPUs, before anything is created. If nothing has changed,
# creates no new revision.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
source "$aks/free-gpus.sh"
source "$aks/keys.sh"
source "$aks/health.sh"

rotate=
own_option() {
  if [ "$1" = --rotate ]; then
    [[ ${2:-} =~ ^(primary|secondary|admin)$ ]] || die "--rotate needs primary, secondary or admin"
    rotate=$2 taken=2
  fi
}
begin "$@"
need az kubectl helm sha256sum
name_things
name_service
group=${S[resource_group]}
use_cluster

if [ -n "$rotate" ]; then
  rotate_key "$rotate"
  exit 0
fi
if [ "${S[gpu_cores]}" -gt 0 ]; then check_gpus; fi

# The values that the chart cannot know: what exists in Azure, and exactly which image and model.
image=lynxeye:${S[image_tag]}-${S[image_variant]}
fetch image_digest az acr repository show --name "$registry" --image "$image" --query digest -o tsv
chart=("$service" "$aks/chart" "${in_namespace[@]}" "${helm_values[@]}"
  --set-string "image_repository=$registry.azurecr.io/lynxeye" --set-string "image_digest=$image_digest"
  --set-string "storage_account=$account")
digest_of() { # NAME VERSION
  ask "$1" az storage blob show --account-name "$account" --container-name models --auth-mode login \
    --name "${S[model_name]}/$2.tar.gz" --query metadata.sha256 -o tsv
  [ -n "${!1}" ] || die "${S[model_name]}/$2 is registered without a digest" "run register-model.sh --force"
}
if [ "${S[model_source]}" = blob ]; then
  digest_of model_sha256 "${S[model_version]}"
  chart+=(--set-string "model_sha256=$model_sha256")
  for other in canary rollout; do
    if [ "${S[${other}_model_version]}" -gt 0 ]; then
      digest_of "${other}_model_sha256" "${S[${other}_model_version]}"
      digest=${other}_model_sha256
      chart+=(--set-string "$digest=${!digest}")
    fi
  done
fi
fetch client_id az identity show --name "$service-identity" --resource-group "$group" --query clientId -o tsv
chart+=(--set-string "workload_identity_client_id=$client_id")
if [ -n "${S[key_vault]}" ]; then
  fetch tenant_id az account show --query tenantId -o tsv
  chart+=(--set-string "tenant_id=$tenant_id")
fi
if ${S[autoscale_enabled]}; then
  fetch prometheus az monitor account show --name "${S[cluster_name]}-metrics" --resource-group "$group" --query metrics.prometheusQueryEndpoint -o tsv
  chart+=(--set "prometheus_query_endpoint=$prometheus" --set-string "keda_identity_client_id=$client_id")
fi

if ${S[enable_app_insights]} && [ -z "${S[otlp_endpoint]}" ] && ! $dry_run; then
  there kubectl get deployment collector --namespace insights --ignore-not-found -o name ||
    die "enable_app_insights is true, but the cluster has no collector" "run provision.sh, which creates it, or set otlp_endpoint to a collector of your own"
fi

# The chart refuses settings that contradict each other, so it is rendered before anything is created. The digest of
# the result is stored as a label of the release, to recognise an unchanged one.
if $dry_run; then
  printf 'manifest=$(%s | sha256sum | cut -c1-40)\n' "$(typed helm template "${chart[@]}")"
  manifest='${manifest}'
else
  rendered=$(helm template "${chart[@]}" 2>"$errors") || chart_refuses
  manifest=$(sha256 - <<<"$rendered" | cut -c1-40)
fi

ensure "namespace $namespace" kubectl get namespace "$namespace" --ignore-not-found -o name -- \
  kubectl create namespace "$namespace"
if $has_keys; then ensure_keys; fi
if ${S[token_auth_enabled]} && ! $dry_run; then
  there kubectl get configmap "$service-jwks" "${in_namespace[@]}" --ignore-not-found -o name || die \
    "there is no ConfigMap $service-jwks, which holds the public keys of token_issuer" \
    "save the issuer's key set (its jwks_uri) as jwks.json, then: $(on_cluster kubectl create configmap "$service-jwks" --namespace "$namespace" --from-file=jwks.json); and run deploy.sh again"
fi

wait_for=$((S[initial_delay_seconds] + 900)) # Nodes pull a GPU image of several gigabytes first.
if ${S[node_autoscale_enabled]}; then wait_for=$((wait_for + 900)); fi # A machine that is added gets its driver first.
upgrade=(helm upgrade --install "${chart[@]}" --labels "manifest=$manifest" --history-max 5 --wait --timeout "${wait_for}s")
same=(helm list "${in_namespace[@]}" --filter "^$service\$" --selector "manifest=$manifest" --deployed --short)
if $dry_run; then
  ensure "release $service" "${same[@]}" -- "${upgrade[@]}"
elif there "${same[@]}"; then
  say "release $service: unchanged, no new revision"
else
  say "release $service: updating it, at most $wait_for s"
  printf '+ %s\n' "$(typed "${upgrade[@]}")" >&2
  "${upgrade[@]}" >/dev/null 2>"$errors" || tell_why
fi

# Where maxUnavailable is 1, Helm does not wait for the last pod; here, every pod must be ready.
tracks=("$service")
if [ "${S[canary_model_version]}" -gt 0 ]; then tracks+=("$service-canary"); fi
for track in "${tracks[@]}"; do
  rollout=(kubectl rollout status "deployment/$track" "${in_namespace[@]}" --timeout "${wait_for}s")
  if $dry_run; then change "${rollout[@]}"
  else "${rollout[@]}" >/dev/null 2>"$errors" || tell_why; fi
done

read_state
show_state
show_access
if ! $dry_run && [[ $state == Unhealthy || $state == Failed ]]; then
  find_cure "$too_late"
  die "the service is deployed, but $state" "$cure"
fi
say "Query it: aks/query.sh; its state: aks/state.sh; its logs: aks/logs.sh"
say "Costs: nothing beyond the machines that provision.sh named; a gateway has a public address, billed per hour."
goes_away_with "aks/cleanup.sh --service"
