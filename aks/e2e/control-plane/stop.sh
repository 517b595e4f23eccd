#!/usr/bin/env bash
# stop.sh: stops the control plane that start.sh started, and deletes its data. The programs that were built stay.
#   aks/e2e/control-plane/stop.sh [--state DIR]

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
begin "$@"

for name in kserve-manager keda-metrics keda-operator kwok kube-scheduler kube-controller-manager kube-apiserver etcd; do
  end "$name"
done
rm -rf "$state/etcd" "$pki" "$state/kubeconfig" "$run"
say "Stopped. The programs are in $bin; delete the folder if you do not need them any more."
