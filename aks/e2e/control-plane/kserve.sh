# shellcheck shell=bash
# Part of start.sh: KServe's controller with its webhooks, with the rights of an administrator, in the deployment mode Standard
# (without Knative) and with HTTPRoutes of the Gateway API.

start_kserve() {
  local module folder
  module "$kserve"
  compile "$module" "" kserve-manager
  need jq
  folder=$module/config
  "$kubectl" apply --server-side -k "$folder/crd/full" >/dev/null
  "$kubectl" wait --for condition=Established customresourcedefinition --all --timeout 60s >/dev/null
  "$kubectl" create namespace kserve --dry-run=client -o yaml | "$kubectl" apply --server-side -f - >/dev/null
  "$kubectl" apply --server-side --force-conflicts -f "$folder/configmap/inferenceservice.yaml" >/dev/null
  "$kubectl" patch configmap inferenceservice-config --namespace kserve --type merge --patch "$(jq -n '{data: {
      deploy: ({defaultDeploymentMode: "Standard"} | tojson),
      ingress: ({enableGatewayApi: true, kserveIngressGateway: "kserve/kserve-ingress-gateway", ingressGateway: "knative-serving/knative-ingress-gateway",
        ingressDomain: "example.com", domainTemplate: "{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}", urlScheme: "http", disableIstioVirtualHost: true} | tojson)}}')" >/dev/null
  mkdir -p "$run/kserve/k8s-webhook-server/serving-certs"
  cp "$pki/server.crt" "$run/kserve/k8s-webhook-server/serving-certs/tls.crt"
  cp "$pki/server.key" "$run/kserve/k8s-webhook-server/serving-certs/tls.key"
  TMPDIR=$run/kserve POD_NAMESPACE=kserve launch kserve-manager --metrics-addr "127.0.0.1:$((port + 12))" \
    --health-probe-addr "127.0.0.1:$((port + 13))" --webhook-port "$((port + 11))"
  await kserve-manager 90 curl -sf "http://127.0.0.1:$((port + 13))/readyz"
  # Its webhooks, by address instead of by Service.
  "$kubectl" create -f "$folder/webhook/manifests.yaml" --dry-run=client --validate=false -o json |
    jq --arg ca "$(base64 -w0 "$pki/ca.crt")" --arg address "https://localhost:$((port + 11))" \
      'walk(if type == "object" and has("clientConfig") then .clientConfig = {url: ($address + .clientConfig.service.path), caBundle: $ca} else . end)' |
    "$kubectl" apply -f - >/dev/null
  say "KServe: ${kserve##*@}, controller and webhooks"
}
