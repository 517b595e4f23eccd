# shellcheck shell=bash
# Part of deploy.sh: checks that there are GPUs for all replicas. Pods do not share GPUs, so a pod without a free GPU
# would wait forever. Only GPUs of scoring machines that are ready and not cordoned count, and those of machines that the
# cluster can still add.

node_lines='{{range .items}}node {{.metadata.name}} {{if .spec.unschedulable}}cordoned{{else}}open{{end}} {{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}} {{with index .status.allocatable "nvidia.com/gpu"}}{{.}}{{else}}0{{end}}{{"\n"}}{{end}}'
pod_lines='{{range .items}}pod {{.metadata.namespace}} {{with .spec.nodeName}}{{.}}{{else}}-{{end}} {{with .metadata.labels}}{{with index . "app.kubernetes.io/instance"}}{{.}}{{else}}-{{end}}{{else}}-{{end}}{{range .spec.containers}}{{with .resources.limits}}{{with index . "nvidia.com/gpu"}} {{.}}{{end}}{{end}}{{end}}{{"\n"}}{{end}}'

check_gpus() {
  local replicas=${S[num_replicas]} per=${S[gpu_cores]} most=0 nodes pods counts known free fits others closed added wanted
  local more=node_count
  if ${S[node_autoscale_enabled]}; then most=${S[node_max_count]} more=node_max_count; fi
  if ${S[autoscale_enabled]}; then replicas=${S[autoscale_min_replicas]}; fi
  if [ "${S[canary_model_version]}" -gt 0 ]; then replicas=$((replicas + S[canary_replicas])); fi
  ask nodes kubectl get nodes --selector lynxeye.io/pool=scoring -o "go-template=$node_lines"
  ask pods kubectl get pods --all-namespaces --field-selector status.phase!=Succeeded,status.phase!=Failed -o "go-template=$pod_lines"
  if $dry_run; then say "stops here if these show fewer free GPUs than $replicas replicas x $per"; return; fi
  # GPUs that this service already uses count as free, because its pods are replaced by the new ones.
  counts=$(printf '%s\n%s\n' "$nodes" "$pods" |
    awk -v service="${S[service_name]}" -v namespace="${S[namespace]}" -v per="$per" -v most="$most" -v each="${S[gpus_per_node]}" '
      $1 == "node" { machines++; if ($3 == "open" && $4 == "True") gpus[$2] = $5; else closed += $5 }
      $1 == "pod" && !($2 == namespace && $4 == service) { for (i = 5; i <= NF; i++) used[$3] += $i }
      END {
        for (node in gpus) {
          known += gpus[node]; others += used[node]
          left = gpus[node] - used[node]; free += left; fits += int(left / per)
        }
        if (most > machines) { added = (most - machines) * each; free += added; fits += (most - machines) * int(each / per) }
        print known + 0, others + 0, free + 0, fits + 0, closed + 0, added + 0
      }')
  read -r known others free fits closed added <<<"$counts"
  wanted=$((replicas * per))
  say "GPUs: $wanted wanted ($replicas replicas x $per), $known allocatable, $others used by others, $free free"
  [ "$added" -eq 0 ] || say "  $added of them on machines that the cluster can add"
  [ "$closed" -eq 0 ] || say "  not counted: $closed on machines that are cordoned or not ready"
  if [ $((known + added)) -eq 0 ]; then
    die "the cluster has no usable GPU: $wanted wanted, 0 allocatable" \
      "run provision.sh, which waits for the driver, or set hardware: cpu. Nothing was created"
  elif [ "$free" -lt "$wanted" ]; then
    die "too few free GPUs: $wanted wanted ($replicas replicas x $per), $known allocatable, $others used by others, $free free" \
      "raise $more and run provision.sh, or lower num_replicas or canary_replicas, or stop what uses them. Nothing was created"
  elif [ "$fits" -lt "$replicas" ]; then
    die "the free GPUs are spread over too many machines: $free are free, but only $fits of $replicas replicas find $per GPUs on one machine" \
      "lower gpu_cores, or use machines with more GPUs. Nothing was created"
  fi
  if ${S[autoscale_enabled]} && [ $((S[autoscale_max_replicas] * per)) -gt "$free" ]; then
    say "Warning: autoscale_max_replicas ${S[autoscale_max_replicas]} x $per GPUs exceed the $free free ones: further pods stay pending"
  fi
  # The chart starts a successor before it stops a replica if the machines have room for one more by their number.
  if [ $((S[node_count] * (S[gpus_per_node] / per))) -gt "$replicas" ] && { [ "$free" -lt $((wanted + per)) ] || [ "$fits" -le "$replicas" ]; }; then
    say "Warning: an update starts a new pod before it stops an old one, which needs $per free GPU more on one machine: until one is free, the update waits"
  fi
}
