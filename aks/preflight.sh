# shellcheck shell=bash
# Part of provision.sh: what is checked before anything costs money.

# The chart refuses settings that contradict each other. It is rendered with placeholders for the values that deploy.sh
# looks up in Azure.
check_chart() {
  local id=00000000-0000-0000-0000-000000000000 sha256 render
  sha256=$(printf '%064d' 0)
  render=(helm template "${S[service_name]}" "$aks/chart" --namespace "${S[namespace]}" "${helm_values[@]}"
    --set-string "image_digest=sha256:$sha256,model_sha256=$sha256,canary_model_sha256=$sha256,rollout_model_sha256=$sha256,storage_account=placeholder"
    --set-string "workload_identity_client_id=$id,tenant_id=$id,prometheus_query_endpoint=https://placeholder")
  if $dry_run; then
    printf '%s >/dev/null\n' "$(typed "${render[@]}")"
  else
    "${render[@]}" >/dev/null 2>"$errors" || chart_refuses
  fi
}

# Azure limits the cores of each family of machine sizes in a location, and of all sizes together, which it calls "cores".
declare -A cores_wanted=()

check_quota() {
  local usage family machines=${S[node_count]}
  if ${S[node_autoscale_enabled]}; then machines=${S[node_max_count]}; fi
  ask usage az vm list-usage --location "${S[location]}" --query '[].[name.value,currentValue,limit]' -o tsv
  want_cores scoring "$size" "$machines"
  want_cores system "${S[system_vm_size]}" "${S[system_node_count]}"
  if $dry_run; then say "stops here if the machines need more cores than limit - used"; return; fi
  for family in "${!cores_wanted[@]}"; do
    [ "$family" = cores ] || within_quota "$family" "$family"
  done
  if [ -n "${cores_wanted[cores]:-}" ]; then within_quota cores "all sizes together"; fi
}

want_cores() { # POOL SIZE MACHINES
  local machine family cores more=$3
  if ! $dry_run && there az aks nodepool show "${in_group[@]}" --cluster-name "$cluster" --name "$1" --query count -o tsv; then
    more=$(($3 - found)) # Azure counts existing machines as used.
  fi
  # --size takes a part of a name too.
  ask machine az vm list-skus --location "${S[location]}" --size "$2" --resource-type virtualMachines \
    --query "[?name=='$2'].[family,capabilities[?name=='vCPUs'].value|[0]]" -o tsv
  if $dry_run; then return; fi
  read -r family cores <<<"$machine"
  [[ $cores =~ ^[0-9]+$ ]] || die "$2 is not available to this subscription in ${S[location]}" \
    "choose another location or size: az vm list-skus --location ${S[location]} --size ${2%%_v*} -o table"
  [ "$more" -gt 0 ] || return 0
  [ "$1" != system ] || [ "$cores" -ge 4 ] ||
    die "system_vm_size is $2, which has $cores vCPUs" "AKS asks for at least 4: Standard_D4s_v5, for example. Nothing was created"
  cores_wanted[$family]=$((${cores_wanted[$family]:-0} + more * cores))
  cores_wanted[cores]=$((${cores_wanted[cores]:-0} + more * cores))
}

within_quota() { # FAMILY WORDS
  local row used limit wanted=${cores_wanted[$1]}
  # The lists of sizes and of quotas capitalise families differently.
  row=$(awk -v family="$1" 'tolower($1) == tolower(family) { print $2, $3 }' <<<"$usage") ||
    die "the quota could not be read: awk failed" "check that awk works. Nothing was created"
  read -r used limit <<<"$row"
  if ! [[ "$used $limit" =~ ^[0-9]+\ [0-9]+$ ]]; then say "quota of $2 in ${S[location]}: Azure reports none; continuing"; return; fi
  say "quota of $2 in ${S[location]}: $wanted cores wanted, limit $limit, used $used"
  [ "$wanted" -le $((limit - used)) ] || die \
    "the quota is too small: $wanted cores of $2 are needed, the limit in ${S[location]} is $limit, $used are used" \
    "request $((wanted + used)): portal > Quotas > Compute > $2 > ${S[location]}; or lower node_count (node_max_count), or choose another location. Nothing was created"
}
