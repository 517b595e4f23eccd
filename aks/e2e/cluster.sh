# shellcheck shell=bash
# Part of run.sh: the cluster under test, and how the service gets there and is deleted again.

service=lynxeye
zeros=$(printf '%064d' 0)
identity=00000000-1111-2222-3333-444444444444
made=()     # Namespaces that this run created.
cordoned=() # Machines that this run cordoned.
helpers=()  # Processes that this run started.

k() { kubectl --namespace "$ns" "$@"; }

# From here on, kubectl and helm know only the cluster that was named.
connect() {
  work=$(mktemp -d)
  trap leave EXIT
  kubectl config view --minify --flatten --context "$context" >"$work/kubeconfig" 2>"$work/errors" ||
    die "kubectl has no context $context" "kubectl config get-contexts lists the names"
  export KUBECONFIG=$work/kubeconfig
  kubectl version -o json >"$work/version" 2>"$work/errors" || die "the cluster does not answer: $(tail -n 1 "$work/errors")" "check the context $context"
  simulated=false
  # shellcheck disable=SC2016 # A template of kubectl.
  if kubectl get nodes -o 'go-template={{range .items}}{{with .metadata.annotations}}{{with index . "kwok.x-k8s.io/node"}}{{.}}{{end}}{{end}}{{end}}' | grep -q .; then simulated=true; fi
  if $simulated; then drain=true; fi
  printf 'cluster %s: Kubernetes %s, kubectl %s, Helm %s\n' "$context" "$(jq -r .serverVersion.gitVersion "$work/version")" \
    "$(jq -r .clientVersion.gitVersion "$work/version")" "$(helm version --template '{{.Version}}')"
  if $simulated; then echo "SIMULATED: the machines and their pods are played by kwok; no container runs. API server, controllers and scheduler are real."; fi
  printf 'chart %s\n' "$chart"
}

leave() {
  local code=$? name
  stop_recording
  for name in "${helpers[@]}"; do kill "$name" 2>/dev/null || true; done
  if $keep; then echo "kept: ${made[*]}"
  else
    for name in "${made[@]}"; do delete_namespace "$name" || true; done
  fi
  for name in "${cordoned[@]}"; do kubectl uncordon "$name" >/dev/null || true; done
  rm -rf "$work"
  exit "$code"
}

begin_group() {
  group "$1"
  ns=lynxeye-e2e-$1
}
end_group() {
  local name
  $keep || for name in "${made[@]}"; do delete_namespace "$name"; done
  made=()
  for name in "${cordoned[@]}"; do kubectl uncordon "$name" >/dev/null; done
  cordoned=()
}

# A namespace with the strictest of the Pod Security Standards, which the chart keeps to.
new_namespace() {
  kubectl create namespace "$ns" >/dev/null || die "the namespace $ns cannot be created" \
    "if it is of an earlier run: kubectl --context $context delete namespace $ns"
  made+=("$ns")
  kubectl label namespace "$ns" pod-security.kubernetes.io/enforce=restricted >/dev/null
  k create secret generic "$service-keys" --from-literal=primary="$(new_key)" --from-literal=secondary="$(new_key)" \
    --from-literal=admin="$(new_key)" >/dev/null
}
new_key() { head -c 32 /dev/urandom | basenc --base64url -w0 | tr -d =; }
delete_namespace() { # NAME
  local release
  for release in $(helm list --namespace "$1" --short); do helm uninstall "$release" --namespace "$1" --wait >/dev/null; done
  kubectl delete namespace "$1" --ignore-not-found --timeout 120s >/dev/null
}

setting() { sed -nE "s/^$2: *\"?([^ \"]*).*/\1/p" "$1"; } # FILE KEY

# Makes the machines of one kind of hardware the only ones that are open. Says why if it cannot.
use_hardware() { # HARDWARE
  local size node
  hardware=$1 values=$chart/values-$1.yaml why=
  size=$(setting "$values" node_vm_size)
  gpus=$(setting "$values" gpu_cores) gpus=${gpus:-1}
  mapfile -t machines < <(kubectl get nodes --selector "lynxeye.io/pool=scoring,node.kubernetes.io/instance-type=$size" -o name | sed 's/^node.//')
  if ! $simulated; then
    # Any machine of the pool does, where the kind of hardware is the pool's.
    mapfile -t machines < <(kubectl get nodes --selector lynxeye.io/pool=scoring -o json | jq -r --argjson gpus "$gpus" \
      '.items[] | select(((.status.allocatable["nvidia.com/gpu"] // "0") | tonumber > 0) == ($gpus > 0)) | .metadata.name')
    [ -n "$image" ] || why="the cluster's machines need an image: add --image"
    [ "$gpus" -eq 0 ] || [[ $image == *-gpu ]] || why="${why:-the image is not for GPUs}"
    [ "$gpus" -gt 0 ] || [[ $image != *-gpu ]] || why="${why:-the image is for GPUs}"
  fi
  [ "${#machines[@]}" -gt 0 ] || why="no machine has the label lynxeye.io/pool=scoring and ${gpus/#0/no} GPU for $1"
  [ -z "$why" ] || return 1
  if $simulated; then
    for node in $(kubectl get nodes --selector lynxeye.io/pool=scoring -o name | sed 's/^node.//'); do
      if [[ " ${machines[*]} " == *" $node "* ]]; then kubectl uncordon "$node" >/dev/null
      else kubectl cordon "$node" >/dev/null; cordoned+=("$node"); fi
    done
  fi
}
hardwares() { local file; for file in "$chart"/values-*.yaml; do file=${file##*/values-}; echo "${file%.yaml}"; done; }

# The arguments with which deploy.sh calls Helm, for this cluster. The chart may be another one: CHART.
chart_arguments() { # CHART VALUE=...
  local one=$1 value; shift
  arguments=("$service" "$one" --namespace "$ns" -f "$(dirname "$one")/settings.yaml" -f "$one/values-$hardware.yaml")
  if $simulated; then
    arguments+=(--set-string "image_repository=simulated.azurecr.io/lynxeye" --set-string "image_digest=sha256:$zeros"
      --set-string "storage_account=simulated" --set-string "model_sha256=$zeros" --set-string "workload_identity_client_id=$identity")
  else
    local tag=${image##*:}
    arguments+=(--set-string "image_repository=${image%:*}" --set-string "image_tag=${tag%-*}" --set-string "image_variant=${tag##*-}"
      --set model_source=image)
  fi
  for value in "$@"; do arguments+=(--set "$value"); done
}
# Installs or updates the service, and waits until every pod of it is ready.
helm_upgrade() { # VALUE=...
  chart_arguments "$chart" "$@"
  helm upgrade --install "${arguments[@]}" --history-max 5 --wait --timeout "${patience:-120s}" && all_ready
}
all_ready() {
  local name
  for name in $(k get deployments -o name); do k rollout status "$name" --timeout 120s || return 1; done
}

pods() { k get pods --selector "app.kubernetes.io/instance=$service" -o json; }
# A number that jq computes from the service's pods.
of_pods() { pods | jq -r "$1"; } # EXPRESSION

endpoints_of() { # SERVICE
  k get endpointslices --selector "kubernetes.io/service-name=$1" -o json | jq '[.items[].endpoints[]? | select(.conditions.ready)] | length'
}
# How many pods the NetworkPolicy's selector selects, written as kubectl takes it.
selected_by_policy() {
  local selector
  selector=$(k get networkpolicy "$service" -o json | jq -r '.spec.podSelector |
    [(.matchLabels // {} | to_entries[] | "\(.key)=\(.value)"),
     (.matchExpressions[]? | if .operator == "Exists" then .key else error("unknown operator \(.operator)") end)] | join(",")')
  k get pods --selector "$selector" -o name | wc -l
}
