# shellcheck shell=bash
# Part of start.sh: KEDA's operator and its metrics API server, with the rights of an administrator. Its webhooks are left out.

start_keda() {
  local module
  module "$keda"
  compile "$module" "" keda-operator keda-metrics
  mkdir -p "$run/keda"
  cp "$pki/server.crt" "$run/keda/tls.crt"
  cp "$pki/server.key" "$run/keda/tls.key"
  cp "$pki/ca.crt" "$run/keda/ca.crt"
  # Azure's identity webhook would set these variables; nothing hands out tokens here.
  echo simulated >"$run/keda/token"
  export AZURE_CLIENT_ID=simulated AZURE_TENANT_ID=simulated AZURE_FEDERATED_TOKEN_FILE=$run/keda/token \
    AZURE_AUTHORITY_HOST=https://login.simulated.invalid/ POD_NAMESPACE=keda WATCH_NAMESPACE='' KEDA_CLUSTER_OBJECT_NAMESPACE=keda
  launch keda-operator --cert-dir "$run/keda" --enable-webhook-patching=false --enable-apiservice-patching=false \
    --metrics-bind-address "127.0.0.1:$((port + 6))" --health-probe-bind-address "127.0.0.1:$((port + 7))" \
    --metrics-service-bind-address "127.0.0.1:$((port + 8))"
  await keda-operator 60 curl -sf "http://127.0.0.1:$((port + 7))/readyz"
  launch keda-metrics --cert-dir "$run/keda" --tls-cert-file "$run/keda/tls.crt" --tls-private-key-file "$run/keda/tls.key" \
    --secure-port "$((port + 9))" --bind-address 127.0.0.1 --port "$((port + 10))" --metrics-service-address "localhost:$((port + 8))" \
    --authentication-kubeconfig "$KUBECONFIG" --authorization-kubeconfig "$KUBECONFIG" --lister-kubeconfig "$KUBECONFIG"
  # The API server finds it by a name instead of a pod's address.
  "$kubectl" apply --server-side -f - >/dev/null <<END
apiVersion: v1
kind: Namespace
metadata: {name: keda}
---
apiVersion: v1
kind: Service
metadata: {name: keda-metrics-apiserver, namespace: keda}
spec: {type: ExternalName, externalName: localhost, ports: [{port: $((port + 9))}]}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  service: {name: keda-metrics-apiserver, namespace: keda, port: $((port + 9))}
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
END
  await keda-metrics 90 "$kubectl" get --raw /apis/external.metrics.k8s.io/v1beta1
  say "KEDA: ${keda##*@}, operator and metrics API server"
}
