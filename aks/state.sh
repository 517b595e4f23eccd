# shellcheck shell=bash
# Part of deploy.sh: shows the state of the service, and explains a failure.

show_state() {
  local address
  pods_of_service=(kubectl get pods --selector "app.kubernetes.io/instance=$service" "${in_namespace[@]}")
  if $dry_run; then change "${pods_of_service[@]}" -o wide; else "${pods_of_service[@]}" -o wide || true; fi
  [ "${S[gateway]}" != none ] || { say "Address: none from outside; query.sh uses kubectl port-forward"; return 0; }
  # After a failure, the gateway or even its kind may not exist yet. That must not hide the reason.
  local gateway=(kubectl get gateway "$service" "${in_namespace[@]}" -o 'jsonpath={.status.addresses[0].value}')
  if $dry_run; then ask address "${gateway[@]}"; else address=$("${gateway[@]}" 2>/dev/null) || address=; fi
  say "Address: ${S[gateway]}://${address:-not assigned yet}"
  [ -z "${S[hostname]}" ] || say "  ${S[hostname]} must point to it in your DNS"
}

# After a failed upgrade: prints what the pods are waiting for, in Kubernetes' words, and what to do.
tell_why() {
  local helm_says reasons events pod cure="see the events above; then run deploy.sh again"
  helm_says=$(tail -n 3 "$errors")
  show_state
  ask reasons "${pods_of_service[@]}" -o \
    'go-template={{range .items}}{{$pod := .metadata.name}}{{range .status.conditions}}{{if eq .status "False"}}{{with .reason}}{{$pod}} {{.}}{{"\n"}}{{end}}{{end}}{{end}}{{range .status.initContainerStatuses}}{{with .state.waiting}}{{$pod}} {{.reason}} {{.message}}{{"\n"}}{{end}}{{end}}{{range .status.containerStatuses}}{{with .state.waiting}}{{$pod}} {{.reason}} {{.message}}{{"\n"}}{{end}}{{end}}{{end}}'
  ask events kubectl get events "${in_namespace[@]}" --field-selector type=Warning --sort-by .lastTimestamp \
    -o 'go-template={{range .items}}{{.involvedObject.name}} {{.reason}}: {{.message}}{{"\n"}}{{end}}'
  printf 'Pods:\n%s\nEvents:\n%s\n' "$(sed 's/^/  /' <<<"$reasons")" "$(tail -n 12 <<<"$events" | sed 's/^/  /')" >&2
  case $reasons in
    *ImagePull*) cure="the image cannot be pulled: run image.sh, and check that the cluster may read the registry: az aks check-acr --name ${S[cluster_name]} --resource-group $group --acr $registry.azurecr.io" ;;
    *Unschedulable*) cure="no machine has room: lower cpu_cores, memory_gb, gpu_cores or the replicas, or add machines (node_count, provision.sh)" ;;
    *CrashLoop* | *Error*)
      pod=$(grep -m1 -E 'CrashLoop|Error' <<<"$reasons" | cut -d' ' -f1)
      printf 'Last lines of %s:\n' "$pod" >&2
      kubectl logs "$pod" "${in_namespace[@]}" --all-containers --tail 15 2>&1 | sed 's/^/  /' >&2 || true
      cure="the server does not start: its last log lines say why" ;;
    *) [[ $helm_says != *"timed out"* && $helm_says != *deadline* ]] || cure="not ready in time: raise initial_delay_seconds if the model needs longer, otherwise check kubectl logs" ;;
  esac
  [[ $helm_says != *"another operation"* ]] || cure="an earlier upgrade was interrupted: KUBECONFIG=$KUBECONFIG helm rollback $service --namespace $namespace, or aks/cleanup.sh --service; then run deploy.sh again"
  die "the service did not become ready: $helm_says" "$cure"
}
