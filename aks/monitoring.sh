# shellcheck shell=bash
# Part of provision.sh: what watches the service in Azure. With monitoring, the rules of ops/prometheus/alerts.yml and the
# metrics of the GPUs; with enable_app_insights, Application Insights and the collector that sends traces to it.

watch_by_prometheus() {
  local cluster_id alerts metrics=$aks/gpu-metrics-${S[gpu_driver]}.yaml
  ask cluster_id az aks show --name "$cluster" "${in_group[@]}" --query id -o tsv
  # A deployment is named after the rules, so it is repeated exactly when they, or who is notified, have changed.
  alerts=lynxeye-alerts-$({ cat "$root/ops/azure/alerts.json"; echo "${S[action_group]}"; } | sha256sum | cut -c1-12)
  ensure "alerts" az deployment group show --name "$alerts" "${in_group[@]}" \
    --query "properties.provisioningState=='Succeeded' && 'yes' || ''" -o tsv -- \
    az deployment group create --name "$alerts" "${in_group[@]}" --template-file "$root/ops/azure/alerts.json" \
    --parameters "workspaceId=$workspace_id" "clusterId=$cluster_id" "actionGroupId=${S[action_group]}" --output none
  if $gpus && [ -f "$metrics" ]; then
    ensure "metrics of the GPUs" kubectl get --filename "$metrics" --ignore-not-found -o name -- kubectl create --filename "$metrics"
  fi
}

watch_by_app_insights() {
  local logs=$cluster-logs insights=$cluster-insights logs_id connection namespace=(--namespace insights)
  local component=(--resource-type Microsoft.Insights/components --name "$insights" "${in_group[@]}" --api-version 2020-02-02)
  ensure "workspace $logs" az monitor log-analytics workspace show --name "$logs" "${in_group[@]}" --query id -o tsv -- \
    az monitor log-analytics workspace create --name "$logs" "${in_group[@]}" --location "${S[location]}" "${tagged[@]}" --output none
  ask logs_id az monitor log-analytics workspace show --name "$logs" "${in_group[@]}" --query id -o tsv
  ensure "Application Insights $insights" az resource show "${component[@]}" --query id -o tsv -- \
    az resource create "${component[@]}" --is-full-object --properties \
    "{\"location\":\"${S[location]}\",\"kind\":\"web\",\"properties\":{\"Application_Type\":\"web\",\"WorkspaceResourceId\":\"$logs_id\"}}" --output none
  # The connection string has a key: it is read once, checked, and passed on through a pipe.
  ask connection az resource show "${component[@]}" --query properties.ConnectionString -o tsv
  $dry_run || [[ $connection == InstrumentationKey=* ]] || die "Application Insights $insights has no connection string" "wait a minute, then run this again"
  ensure "namespace insights" kubectl get namespace insights --ignore-not-found -o name -- kubectl create namespace insights
  local secret=(kubectl get secret collector "${namespace[@]}" --ignore-not-found -o name --
    kubectl create secret generic collector "${namespace[@]}" --from-env-file)
  if $dry_run; then ensure "secret" "${secret[@]}" "<(printf 'APPLICATIONINSIGHTS_CONNECTION_STRING=%s' \"\${connection}\")"
  else ensure "its connection string" "${secret[@]}" <(printf 'APPLICATIONINSIGHTS_CONNECTION_STRING=%s' "$connection"); fi
  change kubectl apply --filename "$aks/collector.yaml"
  change kubectl rollout status deployment/collector "${namespace[@]}" --timeout 300s
}

if ${S[monitoring]}; then watch_by_prometheus; fi
if ${S[enable_app_insights]} && [ -z "${S[otlp_endpoint]}" ]; then watch_by_app_insights; fi
