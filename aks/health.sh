# shellcheck shell=bash
# Part of deploy.sh and state.sh: the state of the service with its reason, and how to reach it.

# A line for each Deployment: name, replicas wanted, ready, updated, all, generation wanted, seen, progress. Then why pods
# could not be created, and what pods wait for. The gateway's own pods carry the service's labels, but no track.
deployment_lines='{{range .items}}{{.metadata.name}} {{.spec.replicas}} {{with .status.readyReplicas}}{{.}}{{else}}0{{end}} {{with .status.updatedReplicas}}{{.}}{{else}}0{{end}} {{with .status.replicas}}{{.}}{{else}}0{{end}} {{.metadata.generation}} {{with .status.observedGeneration}}{{.}}{{else}}0{{end}}{{range .status.conditions}}{{if eq .type "Progressing"}} {{.reason}}{{end}}{{end}}{{"\n"}}{{end}}'
failure_lines='{{range .items}}{{$name := .metadata.name}}{{range .status.conditions}}{{if eq .type "ReplicaFailure"}}{{$name}} {{.reason}} {{.message}}{{"\n"}}{{end}}{{end}}{{end}}'
pod_lines_of_service='{{range .items}}{{$pod := .metadata.name}}{{range .status.conditions}}{{if and (eq .status "False") .reason}}{{$pod}} {{.reason}} {{.message}}{{"\n"}}{{end}}{{end}}{{range .status.initContainerStatuses}}{{with .state.waiting}}{{$pod}} {{.reason}}{{with .message}} {{.}}{{end}}{{"\n"}}{{end}}{{end}}{{range .status.containerStatuses}}{{with .state.waiting}}{{$pod}} {{.reason}}{{with .message}} {{.}}{{end}}{{"\n"}}{{end}}{{with .lastState.terminated}}{{$pod}} ended with code {{.exitCode}}, {{.reason}}{{"\n"}}{{end}}{{end}}{{end}}'

# Sets state, one of Azure ML's, and reasons, events, ready and wanted.
read_state() {
  local deployments failures name want now updated all generation seen progress current=true complete=true late=false
  local of_service=(--selector "app.kubernetes.io/instance=$service,lynxeye.io/track" "${in_namespace[@]}")
  ask deployments kubectl get deployments "${of_service[@]}" -o "go-template=$deployment_lines"
  if $dry_run; then return; fi
  ready=0 wanted=0 state=Transitioning reasons='' events=''
  while read -r name want now updated all generation seen progress; do
    [ -n "$name" ] || { current=false complete=false; break; }
    wanted=$((wanted + want)) ready=$((ready + now))
    [ "$now" -ge "$want" ] && [ "$updated" = "$want" ] && [ "$all" = "$want" ] && [ "$seen" -ge "$generation" ] || current=false
    [ "$progress" = NewReplicaSetAvailable ] && [ "$seen" -ge "$generation" ] || complete=false
    [ "$progress" != ProgressDeadlineExceeded ] || late=true
  done <<<"$deployments"
  if $current; then state=Healthy; return; fi
  ask failures kubectl get deployments "${of_service[@]}" -o "go-template=$failure_lines"
  ask reasons kubectl get pods "${of_service[@]}" -o "go-template=$pod_lines_of_service"
  ask events kubectl get events "${in_namespace[@]}" --field-selector type=Warning --sort-by .lastTimestamp \
    -o 'go-template={{range .items}}{{.involvedObject.name}} {{.reason}}: {{.message}}{{"\n"}}{{end}}'
  reasons=$failures${failures:+${reasons:+$'\n'}}$reasons
  if $complete && { [ "$ready" = 0 ] || fails; }; then state=Unhealthy
  elif [ -n "$failures" ] || fails; then state=Failed
  elif [[ $reasons == *Unschedulable* ]]; then state=Unschedulable
  elif $late; then state=Failed
  fi
}

fails() { grep -qE '^[^ ]+ (CrashLoopBackOff|ImagePullBackOff|ErrImage[A-Za-z]*|InvalidImageName|[A-Za-z]+Error)( |$)' <<<"$reasons"; }

show_state() {
  if $dry_run; then say "prints the state: Healthy, Transitioning, Unschedulable, Unhealthy or Failed"; return; fi
  say "State: $state, $ready of $wanted replicas ready"
  [ "$state" != Healthy ] || return 0
  if [ -n "$reasons" ]; then printf 'Pods:\n%s\n' "$(sed 's/^/  /' <<<"$reasons")" >&2; fi
  if [ -n "$events" ]; then printf 'Events:\n%s\n' "$(tail -n 12 <<<"$events" | sed 's/^/  /')" >&2; fi
}

# Sets cure, and prints the log of a server that does not start.
too_late="not ready in time: raise initial_delay_seconds if the model needs longer, otherwise check aks/logs.sh"
find_cure() { # CURE IF THE PODS SAY NOTHING
  local pod
  cure=$1
  case $reasons in
    *ImagePull* | *InvalidImage*) cure="the image cannot be pulled: run image.sh, and check that the cluster may read the registry: az aks check-acr --name ${S[cluster_name]} --resource-group ${S[resource_group]} --acr $registry.azurecr.io" ;;
    *"exceeded quota"* | *PodSecurity* | *forbidden*) cure=$(cure_of_cluster "$reasons") ;;
    *Unschedulable*)
      cure="no machine has room: lower cpu_cores, memory_gb, gpu_cores or the replicas, or add machines (node_count, provision.sh)"
      if ${S[node_autoscale_enabled]}; then
        cure="no machine has room yet: the cluster adds one in some minutes; if it does not, raise node_max_count and run provision.sh"
      fi ;;
    *OOMKilled*) cure="the server used more memory than it may: raise memory_gb, or lower batch_size or workers" ;;
    *CrashLoop* | *Error*)
      pod=$(grep -m1 -E 'CrashLoop|Error' <<<"$reasons" | cut -d' ' -f1)
      printf 'Last lines of %s:\n' "$pod" >&2
      kubectl logs "$pod" "${in_namespace[@]}" --all-containers --tail 15 2>&1 | sed 's/^/  /' >&2 || true
      cure="the server does not start: its last log lines say why; all of them: aks/logs.sh $pod" ;;
    *) [[ $events != *FailedMount* ]] || cure="a volume cannot be mounted: check that the identity $service-identity may read the storage account or the vault (provision.sh), and that the cluster has the driver" ;;
  esac
}

show_access() {
  local address uri header=
  if [ "${S[gateway]}" = none ]; then
    uri=http://127.0.0.1:8080/score
    say "Scoring URI: $uri, while this runs: KUBECONFIG=$KUBECONFIG kubectl port-forward service/$service -n $namespace 8080:8080"
  else
    # After a failure, the gateway or even its kind may not exist yet. That must not hide the reason.
    local gateway=(kubectl get gateway "$service" "${in_namespace[@]}" -o 'jsonpath={.status.addresses[0].value}')
    if $dry_run; then ask address "${gateway[@]}"; else address=$("${gateway[@]}" 2>/dev/null) || address=; fi
    if [ -z "$address" ]; then say "Scoring URI: the gateway has no address yet: run aks/state.sh in a minute"; return; fi
    uri=$(service_url "$address")/score
    say "Scoring URI: $uri"
    [ -z "${S[hostname]}" ] || [ -n "${S[leaf_domain_label]:-}" ] || say "  ${S[hostname]} must point to $address in your DNS"
  fi
  if $has_keys; then
    say "Read a key: KEY=\$($(read_key primary))"
    header="-H @<(printf 'Authorization: Bearer %s' \"\$KEY\") "
  fi
  say "Score an image: curl $header--data-binary @samples/lynx.jpg $uri"
}

# After a failed upgrade: prints what the pods are waiting for, in Kubernetes' words, and what to do.
tell_why() {
  local helm_says
  helm_says=$(tail -n 3 "$errors")
  printf '%s\n' "$helm_says" >&2 # Asking for the reason may fail too.
  read_state
  show_state
  case $helm_says in
    *"timed out"* | *deadline*) find_cure "$too_late" ;;
    *) find_cure "$(cure_of_cluster "$helm_says")" ;;
  esac
  [[ $helm_says != *"another operation"* ]] || cure="an earlier upgrade was interrupted: KUBECONFIG=$KUBECONFIG helm rollback $service --namespace $namespace, or aks/cleanup.sh --service; then run deploy.sh again"
  die "the service did not become ready: $helm_says" "$cure"
}
