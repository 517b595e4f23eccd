#!/usr/bin/env bash
# start.sh: starts a Kubernetes control plane without containers, for run.sh: etcd, API server, controllers and scheduler,
# and machines with GPUs that kwok plays: it says that pods run, but no container does.
#   aks/e2e/control-plane/start.sh [--state DIR] [--port N] [--with-keda] [--with-kserve] [--build-only]
# Builds the programs that are not in DIR/bin, which needs Go 1.26 and a network. --with-keda, --with-kserve: their
# controllers too. Stop it with stop.sh.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=aks/e2e/control-plane/build.sh
source "$here/build.sh"
# shellcheck source=aks/e2e/control-plane/certificates.sh
source "$here/certificates.sh"
# shellcheck source=aks/e2e/control-plane/nodes.sh
source "$here/nodes.sh"
# shellcheck source=aks/e2e/control-plane/kinds.sh
source "$here/kinds.sh"
begin "$@"
need openssl sed ps setsid curl
build_all
if $build_only; then exit 0; fi

started=$SECONDS
mkdir -p "$run"
certificates
export KUBECONFIG=$state/kubeconfig
kubectl=$bin/kubectl

launch etcd --data-dir "$state/etcd" --listen-client-urls "http://127.0.0.1:$((port + 1))" \
  --advertise-client-urls "http://127.0.0.1:$((port + 1))" --listen-peer-urls "http://127.0.0.1:$((port + 2))" \
  --unsafe-no-fsync
await etcd 60 curl -sf "http://127.0.0.1:$((port + 1))/health"

# Kubernetes' default admission plugins include PodSecurity, Priority and ResourceQuota.
launch kube-apiserver --etcd-servers "http://127.0.0.1:$((port + 1))" --bind-address 127.0.0.1 --secure-port "$port" \
  --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/16 --authorization-mode Node,RBAC \
  --client-ca-file "$pki/ca.crt" --tls-cert-file "$pki/server.crt" --tls-private-key-file "$pki/server.key" \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$pki/accounts.key" \
  --service-account-signing-key-file "$pki/accounts.key" --allow-privileged=true \
  --requestheader-client-ca-file "$pki/front-proxy-ca.crt" --requestheader-allowed-names front-proxy \
  --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
  --requestheader-extra-headers-prefix X-Remote-Extra- --proxy-client-cert-file "$pki/front-proxy.crt" \
  --proxy-client-key-file "$pki/front-proxy.key" --kubelet-client-certificate "$pki/kubelet-client.crt" \
  --kubelet-client-key "$pki/kubelet-client.key" --event-ttl 6h
await kube-apiserver 180 "$kubectl" get --raw /readyz

launch kube-controller-manager --kubeconfig "$pki/kube-controller-manager.kubeconfig" --leader-elect=false \
  --bind-address 127.0.0.1 --secure-port "$((port + 3))" --cert-dir "$run" --use-service-account-credentials \
  --service-account-private-key-file "$pki/accounts.key" --root-ca-file "$pki/ca.crt" \
  --node-monitor-grace-period 30m # kwok reports every ten minutes.
launch kube-scheduler --kubeconfig "$pki/kube-scheduler.kubeconfig" --leader-elect=false \
  --bind-address 127.0.0.1 --secure-port "$((port + 4))" --cert-dir "$run"
module=$(cd "$here" && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
launch kwok --kubeconfig "$KUBECONFIG" --manage-nodes-with-annotation-selector kwok.x-k8s.io/node=simulated \
  --node-ip 127.0.0.1 --node-port "$((port + 5))" --tls-cert-file "$pki/server.crt" --tls-private-key-file "$pki/server.key" \
  --config "$module/kustomize/stage/node/fast/node-initialize.yaml" \
  --config "$module/kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml" --config "$here/stages.yaml"

kinds
[ -n "$("$kubectl" get nodes -o name)" ] || nodes | "$kubectl" create -f - >/dev/null
agents | "$kubectl" apply --server-side -f - >/dev/null
"$kubectl" wait --for condition=Ready nodes --all --timeout 120s >/dev/null
await kube-controller-manager 60 "$kubectl" get serviceaccount default
"$kubectl" rollout status daemonset/node-agents --namespace kube-system --timeout 120s >/dev/null
# shellcheck source=aks/e2e/control-plane/keda.sh
if $with_keda; then source "$here/keda.sh"; start_keda; fi
# shellcheck source=aks/e2e/control-plane/kserve.sh
if $with_kserve; then source "$here/kserve.sh"; start_kserve; fi

"$kubectl" get nodes --label-columns lynxeye.io/pool,node.kubernetes.io/instance-type
say "Started in $((SECONDS - started)) s. The machines and their pods are simulated."
say "Check the chart:  aks/e2e/run.sh --control-plane${state:+ $state}"
say "Look around:      export KUBECONFIG=$KUBECONFIG PATH=$bin:\$PATH"
say "Stop it:          aks/e2e/control-plane/stop.sh --state $state"
