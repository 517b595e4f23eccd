# shellcheck shell=bash
# A part of deploy.sh: how the service is, and why it is not what it should be.

show_state() {
  local address
  pods_of_service=(kubectl get pods --selector "app.kubernetes.io/instance=$service" "${in_namespace[@]}")
  if $dry_run; then change "${pods_of_service[@]}" -o wide; else "${pods_of_service[@]}" -o wide || true; fi
  [ "${S[gateway]}" != none ] || { say "Address: none from outside; query.sh goes through kubectl port-forward"; return 0; }
  # After a failure there may be none yet, nor the kind: that must not hide the reason.
  local gateway=(kubectl get gateway "$service" "${in_namespace[@]}" -o 'jsonpath={.status.addresses[0].value}')
  if $dry_run; then ask address "${gateway[@]}"; else address=$("${gateway[@]}" 2>/dev/null) || address=; fi
  say "Address: ${S[gateway]}://${address:-not yet given}"
  [ -z "${S[hostname]}" ] || say "  ${S[hostname]} must point there in your DNS"
}

# After a failed upgrade: what the pods wait for, in Kubernetes' words, and what helps.
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
    *ImagePull*) cure="the image cannot be pulled: run image.sh, and see that the cluster may read the registry: az aks check-acr --name ${S[cluster_name]} --resource-group $group --acr $registry.azurecr.io" ;;
    *Unschedulable*) cure="no machine has room: fewer cpu_cores, memory_gb, gpu_cores or replicas, or more machines (node_count, provision.sh)" ;;
    *CrashLoop* | *Error*)
      pod=$(grep -m1 -E 'CrashLoop|Error' <<<"$reasons" | cut -d' ' -f1)
      printf 'Last lines of %s:\n' "$pod" >&2
      kubectl logs "$pod" "${in_namespace[@]}" --all-containers --tail 15 2>&1 | sed 's/^/  /' >&2 || true
      cure="the server does not start; its last lines say why" ;;
    *) [[ $helm_says != *"timed out"* && $helm_says != *deadline* ]] || cure="not ready in time: raise initial_delay_seconds if the model needs longer, else see kubectl logs" ;;
  esac
  [[ $helm_says != *"another operation"* ]] || cure="an earlier upgrade was cut off: KUBECONFIG=$KUBECONFIG helm rollback $service --namespace $namespace, or aks/cleanup.sh --service; then run deploy.sh again"
  die "the service did not become ready: $helm_says" "$cure"
}
