# shellcheck shell=bash
# Part of provision.sh, with tls_issuer: letsencrypt: installs cert-manager, which makes and renews the certificate of
# the gateway, and the issuer that it asks.

ensure "cert-manager" helm list --namespace cert-manager --filter '^cert-manager$' --deployed --short -- \
  helm upgrade --install cert-manager oci://quay.io/jetstack/charts/cert-manager --version v1.21.2 \
  --namespace cert-manager --create-namespace --set crds.enabled=true --set config.gatewayAPI.enabled=true \
  --wait --timeout 10m
ensure "issuer letsencrypt" kubectl get clusterissuers.cert-manager.io letsencrypt --ignore-not-found -o name -- \
  kubectl create -f "$aks/letsencrypt.yaml"
