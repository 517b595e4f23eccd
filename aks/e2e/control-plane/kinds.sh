# shellcheck shell=bash
# Part of start.sh: the kinds that AKS's add-ons bring, from the Go modules of their projects.

gateway_api=sigs.k8s.io/gateway-api@v1.6.3
keda=github.com/kedacore/keda/v2@v2.20.2
kserve=github.com/kserve/kserve@v0.20.0
secrets_store=sigs.k8s.io/secrets-store-csi-driver@v1.6.0
prometheus_operator=github.com/prometheus-operator/prometheus-operator@v0.85.0

kinds() {
  local module folders=()
  module "$gateway_api"; folders+=(-f "$module/config/crd/standard")
  module "$keda"; folders+=(-f "$module/config/crd/bases")
  module "$secrets_store"; folders+=(-f "$module/config/crd/bases")
  "$kubectl" apply --server-side "${folders[@]}" >/dev/null
  # Azure's PodMonitor is Prometheus Operator's with another group (learn.microsoft.com/azure/azure-monitor/containers/
  # prometheus-metrics-scrape-crd); its own definition is in no Go module.
  module "$prometheus_operator"
  sed -e 's/monitoring\.coreos\.com/azmonitoring.coreos.com/' "$module/example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml" |
    "$kubectl" apply --server-side -f - >/dev/null
  "$kubectl" wait --for condition=Established customresourcedefinition --all --timeout 60s >/dev/null
}
